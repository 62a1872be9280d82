import type { PassReport } from '../context.ts';
import { bad, type Finding } from '../../system/finding.ts';

/**
 * Checks whether a tmux server was started by a service, and so is one of its processes: systemd ends it, and every
 * session with it, when that service is stopped or restarted.
 * @param cgroupOf returns `/proc/<pid>/cgroup`; `null`: it cannot be read
 */
export function checkCgroup(report: PassReport | null, cgroupOf: (pid: number) => string | null): readonly Finding[] {
  return [...(report?.observation.sockets ?? [])].flatMap(([socket, seen]) => {
    const server = 'known' in seen ? seen.known.server : null;
    const service = server === null ? null : serviceIn(cgroupOf(server.pid) ?? '');
    if (server === null || service === null) return [];
    const message = `the tmux server ${server.pid} at ${socket} is part of ${service}: all its sessions end when that is stopped or restarted`;
    const cure = 'next time start tmux in a scope of its own: systemd-run --user --scope tmux new-session -d';
    return [bad('tmux-server', message, cure)];
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
