import type { Edit, Value } from '../../src/core/model/drift.ts';
import type { Entry, IdField } from '../../src/core/model/entry.ts';
import { entryId } from '../../src/core/model/entry.ts';
import { anEntry, idsOf } from './world.ts';

/** Applies edits as a pure model of writing a registry: each edited entry gets the values, and another text. */
export function applyEdits(
  entries: readonly Entry[],
  edits: readonly Edit[],
): { readonly entries: readonly Entry[]; readonly hashes: Readonly<Record<string, string>> } {
  const written = new Map(entries.map((entry) => [entryId(entry), entry]));
  const hashes: Record<string, string> = {};
  for (const edit of edits) {
    const id = entryId(edit.entry);
    const before = written.get(id);
    const after = edit.op === 'register' ? registered(edit) : before === undefined ? undefined : edited(before, edit);
    if (after === undefined) throw new Error(`no entry ${id} to edit`);
    hashes[id] = `${after.textHash}+`;
    written.set(id, { ...after, textHash: `${after.textHash}+` });
  }
  return { entries: [...written.values()], hashes };
}

function registered(edit: Extract<Edit, { op: 'register' }>): Entry {
  const { fields } = edit;
  const agent = fields['agent'];
  const pane = asMap(fields['pane']);
  const agy = asMap(asMap(fields['agent_identities'])?.['agy']);
  return anEntry(edit.entry.session, {
    socket: edit.entry.socket,
    workspace: word(fields['workspace']),
    agent: agent === 'claude' || agent === 'agy' ? agent : null,
    createdAt: time(fields['created_at']),
    pane: pane === null ? null : { pid: number(pane['pid']), cmd: word(pane['cmd']), cwd: word(pane['cwd']) },
    ids: idsOf(
      agent === 'agy' ? { agy: word(agy?.['conversation_id']) } : { own: word(fields['claude_session_id_own']) },
    ),
    lastVisibleStatus: word(fields['last_visible_status']),
  });
}

function edited(entry: Entry, edit: Exclude<Edit, { op: 'register' }>): Entry {
  if (edit.op === 'prepend') {
    const kept = entry.lineage.filter(({ id }) => edit.dropping?.includes(id) !== true);
    return { ...entry, lineage: [...lineage([edit.item]), ...kept] };
  }
  const pane = entry.pane ?? { pid: null, cmd: null, cwd: null };
  switch (edit.path.join('.')) {
    case 'status':
      return { ...entry, status: edit.to === 'running' || edit.to === 'terminated' ? edit.to : null };
    case 'terminated_at':
      return { ...entry, terminatedAt: time(edit.to) };
    case 'termination_mode':
      return { ...entry, terminationMode: word(edit.to) };
    case 'last_visible_status':
      return { ...entry, lastVisibleStatus: word(edit.to) };
    case 'pane': {
      const map = asMap(edit.to);
      return { ...entry, pane: { pid: number(map?.['pid']), cmd: word(map?.['cmd']), cwd: word(map?.['cwd']) } };
    }
    case 'pane.pid':
      return { ...entry, pane: { ...pane, pid: number(edit.to) } };
    case 'pane.cmd':
      return { ...entry, pane: { ...pane, cmd: word(edit.to) } };
    case 'pane.cwd':
      return { ...entry, pane: { ...pane, cwd: word(edit.to) } };
    default: {
      const isIt = ({ path }: IdField): boolean => path.join('.') === edit.path.join('.');
      const ids = entry.ids.map((field) => (isIt(field) ? { ...field, value: word(edit.to) } : field));
      return { ...entry, ids };
    }
  }
}

function lineage(value: Value): Entry['lineage'] {
  if (value === null || typeof value !== 'object' || !isList(value)) return [];
  return value.map((item) => ({ id: word(asMap(item)?.['id']) ?? '', until: null, reason: null }));
}

function asMap(value: Value | undefined): { readonly [key: string]: Value } | null {
  return value !== null && typeof value === 'object' && !isList(value) ? value : null;
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

function word(value: Value | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

function number(value: Value | undefined): number | null {
  return typeof value === 'number' ? value : null;
}

function time(value: Value | undefined): number | null {
  return typeof value === 'string' ? Date.parse(value) : null;
}
