import { join } from 'node:path';
import { isId } from '../../core/model/conversation-id.ts';
import type { Launch } from '../../core/model/evidence.ts';
import type { Process } from '../../core/model/observation.ts';
import { wordsIn } from '../../core/words/text.ts';
import { programName } from '../program-arguments.ts';

/**
 * Decides by its name whether a process is Codex. The `node` script that starts it holds nothing, and does not count.
 * Codex starts its sandbox and other helpers from the same file with other names.
 */
export function looksLikeCodex({ argv }: Pick<Process, 'argv'>): boolean {
  return /^codex(-(x86_64|aarch64)-[\w-]+)?$/.test(programName(argv[0] ?? ''));
}

/** The variable that names Codex' folder for Codex itself. */
export const rootVariable = 'CODEX_HOME';

/** Returns Codex' folder by a process's own environment; `null` if that cannot be read. */
export function codexRootOf({ folders, home }: Pick<Process, 'folders' | 'home'>): string | null {
  return folders[rootVariable] ?? (home === null ? null : usualCodexRoot(home));
}

/** Returns Codex' folder if that variable is not set. */
export function usualCodexRoot(home: string): string {
  return join(home, '.codex');
}

/** Reads what a Codex was started for. With an unknown id it ends at once. */
export function launchOf({ argv }: Pick<Process, 'argv'>): Omit<Launch, 'root'> {
  const [command = '', ...rest] = wordsOf(argv.slice(1));
  const launch = { id: null, mayBegin: false, job: null };
  if (headless.has(command)) return { ...launch, mode: 'headless' };
  if (daemons.has(command)) return { ...launch, mode: 'daemon' };
  if (views.has(command)) return { ...launch, mode: 'view' };
  // A session's name may take the place of its id; `fork` names the parent.
  const [id] = command === 'resume' ? rest : [];
  return { ...launch, mode: 'interactive', id: id !== undefined && isId(id) ? id : null };
}

const headless = wordsIn('exec e review');
const daemons = wordsIn('app-server exec-server mcp-server remote-control');
/** Sub-commands that begin no conversation. */
const views = wordsIn(
  `agents login logout mcp plugin completion update doctor sandbox debug apply a queue archive delete
   unarchive migrate-rollouts migrate-nfs-db cloud features help`,
);

/** Options that take a value in the next word (0.171.0). */
const withValue = wordsIn(
  `-c --config --enable --disable --remote --remote-auth-token-env -i --image -m --model
   --local-provider -p --profile -s --sandbox -C --cd --add-dir -a --ask-for-approval`,
);

/** Returns the words that are neither an option nor an option's value. */
function wordsOf(argv: readonly string[]): readonly string[] {
  return argv.filter((word, index) => !word.startsWith('-') && !withValue.has(argv[index - 1] ?? ''));
}
