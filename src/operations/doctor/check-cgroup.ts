import type { PassReport } from '../context.ts';
import { good, type Finding } from '../../system/finding.ts';

/**
 * Names the tmux servers that a service started, and so are processes of it: systemd ends them, and every session with
 * them, when that service is stopped or restarted. It is no fault: the service may be there for them.
 * @param cgroupOf returns `/proc/<pid>/cgroup`; `null`: it cannot be read
 */
export function checkCgroup(report: PassReport | null, cgroupOf: (pid: number) => string | null): readonly Finding[] {
  return [...(report?.observation.sockets ?? [])].flatMap(([socket, seen]) => {
    const server = 'known' in seen ? seen.known.server : null;
    const service = server === null ? null : serviceIn(cgroupOf(server.pid) ?? '');
    if (server === null || service === null) return [];
    const ends = 'all its sessions end when that is stopped or restarted';
    const otherwise = 'not so if started as: systemd-run --user --scope tmux new-session -d';
    return [
      good('tmux-server', `the tmux server ${server.pid} at ${socket} is part of ${service}: ${ends}; ${otherwise}`),
    ];
  });
}

/**
 * Finds the service in `/proc/<pid>/cgroup`; `null`: none, a scope within it, the user's whole manager, or a service
 * that is there for tmux.
 */
function serviceIn(cgroup: string): string | null {
  const paths = [...cgroup.matchAll(/^\d+:(?:name=systemd)?:(.+)$/gm)].map(([, path = '']) => path);
  const units = paths.flatMap((path) => path.split('/').findLast((part) => /\.(service|scope)$/.test(part)) ?? []);
  return units.find((unit) => unit.endsWith('.service') && !/^(user@|tmux)/.test(unit)) ?? null;
}
