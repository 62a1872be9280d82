import { codeOf } from './errno.ts';
/** Explains the system's error, such as `ENOSPC`. */
export function watchFailure(error: unknown): string {
  const code = codeOf(error);
  if (code === 'ENOSPC') return 'no inotify watch is left (fs.inotify.max_user_watches)';
  if (code === 'EMFILE') return 'no inotify instance is left (fs.inotify.max_user_instances)';
  if (code === 'ENOENT') return 'it is not there';
  return code === '' ? String(error) : code;
}
