import type { Launch } from '../../core/model/evidence.ts';
import type { Process } from '../../core/model/observation.ts';
import { wordsIn } from '../../core/words/text.ts';
import { programName } from '../program-arguments.ts';

/** Decides by its own name or its executable's whether a process is opencode. */
export function looksLikeOpencode({ argv, exe }: Pick<Process, 'argv' | 'exe'>): boolean {
  return [argv[0] ?? '', exe ?? ''].some((path) => /^\.?opencode(\.exe)?$/.test(programName(path)));
}

/** Decides whether a word has the form of opencode's ids: 30 letters as it makes them, and no endless word. */
export function isOpencodeId(word: string): boolean {
  return /^ses_\w{1,124}$/.test(word);
}

/**
 * Reads what an opencode was started for. With an unknown id it ends at once, so the conversation of a living one
 * exists.
 */
export function launchOf({ argv }: Pick<Process, 'argv'>): Omit<Launch, 'root'> {
  const { words, options } = readArguments(argv.slice(1));
  const [command = ''] = words;
  const launch = { id: null, mayBegin: false, job: null };
  if (command === 'run') return { ...launch, mode: 'headless' };
  if (daemons.has(command)) return { ...launch, mode: 'daemon' };
  if (views.has(command)) return { ...launch, mode: 'view' };
  const id = options.get('--session') ?? options.get('-s');
  // A fork gets an id of its own.
  const isOwn = id !== undefined && isOpencodeId(id) && !options.has('--fork');
  return { ...launch, mode: 'interactive', id: isOwn ? id : null };
}

const daemons = wordsIn('serve web acp');
/** Sub-commands that begin no conversation, or show another process's. */
const views = wordsIn(
  `attach completion mcp debug providers auth agent upgrade uninstall models stats export import github
   pr session plugin plug db`,
);

/** Options that take a value in the next word (1.18.33). */
const withValue = wordsIn(
  `--log-level --port --hostname --mdns-domain --cors -m --model -s --session --prompt --agent
   --replay-limit`,
);

function readArguments(argv: readonly string[]): {
  readonly words: readonly string[];
  readonly options: ReadonlyMap<string, string>;
} {
  const words: string[] = [];
  const options = new Map<string, string>();
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? '';
    if (!word.startsWith('-')) words.push(word);
    else if (withValue.has(word)) options.set(word, argv[(index += 1)] ?? '');
    else {
      const equals = word.indexOf('=');
      options.set(equals < 0 ? word : word.slice(0, equals), equals < 0 ? '' : word.slice(equals + 1));
    }
  }
  return { words, options };
}
