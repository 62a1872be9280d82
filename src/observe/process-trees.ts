import type { PaneTree, Process, Seen } from '../core/observation.ts';
import { childrenOf, listPids, makeProcessReader, readStat } from './proc.ts';
import { isTmuxServer } from './server-process.ts';

/** Process trees by the pane pid at their root. */
export type ProcessTrees = (panePids: readonly number[], bootedAt: number) => ReadonlyMap<number, Seen<PaneTree>>;

/** Linux: each tree by the kernel's own lists of children, or, where it keeps none, by one look at all processes. */
export function linuxProcessTrees(): ProcessTrees {
  const reader = makeProcessReader();
  return (panePids, bootedAt) => {
    const children = kernelListsChildren() ? childrenOf : childrenByParent();
    const servers = new Map<number, boolean>();
    const isServer = (pid: number): boolean => {
      const known = servers.get(pid) ?? isTmuxServer(pid);
      servers.set(pid, known);
      return known;
    };
    const read = new Set<number>();
    const treeOf = (panePid: number): PaneTree => {
      const root = reader.read(panePid, bootedAt);
      if (root === null) return { root, parentIsTmux: false, descendants: [] };
      read.add(panePid);
      const descendants: Process[] = [];
      const waiting = [...children(panePid)];
      for (let pid = waiting.shift(); pid !== undefined; pid = waiting.shift()) {
        if (read.has(pid)) continue;
        read.add(pid);
        const process = reader.read(pid, bootedAt);
        if (process !== null) descendants.push(process);
        waiting.push(...children(pid));
      }
      return { root, parentIsTmux: isServer(root.ppid), descendants };
    };
    const trees = new Map(panePids.map((pid) => [pid, { known: treeOf(pid) }] as const));
    reader.forgetAllBut(read);
    return trees;
  };
}

let listed: boolean | null = null;

/** `/proc/<pid>/task/<tid>/children` needs CONFIG_PROC_CHILDREN: ask for our own parent's. */
function kernelListsChildren(): boolean {
  listed ??= childrenOf(process.ppid).includes(process.pid);
  return listed;
}

function childrenByParent(): (pid: number) => readonly number[] {
  const children = new Map<number, number[]>();
  for (const pid of listPids()) {
    const parent = readStat(pid)?.ppid;
    if (parent === undefined) continue;
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [pid]);
    else siblings.push(pid);
  }
  return (pid) => children.get(pid) ?? [];
}
