import type { AskOptions } from '../ask/ask-monitor.ts';
import { askOnce, loadSettings } from '../ask/small-wire.ts';
import { defaults } from '../config/defaults.ts';
import type { ExitCode } from '../errors.ts';
import { pageText } from '../operations/display.ts';
import { isOn } from '../operations/operation.ts';
import { assertAgent, shownStatus, viewIn } from '../operations/sessions/shown-status.ts';
import { status } from '../operations/status.ts';
import { readCommandLine } from './command-line.ts';
import { jsonText } from './json-text.ts';
import type { ProcessWorld } from './this-process.ts';

/** `null` in `exit`: nothing was said, and the whole program must run. */
export interface AskedFirst {
  readonly exit: ExitCode | null;
  /** The monitor was asked: it would cost the deadline again. */
  readonly hasAsked: boolean;
}

/**
 * Answers `status` by what a monitor that runs says, and loads next to nothing for that. Whatever is out of the usual (a
 * wrong flag, a wrong config file, no answer) is left to the whole program, which begins anew.
 * @param options.patienceMs how long the answer may take; ms
 * @throws whatever is wrong with the words or the settings
 */
export async function askFirst(
  words: readonly string[],
  world: ProcessWorld,
  options: Pick<AskOptions, 'patienceMs'> = {},
): Promise<AskedFirst> {
  const { version, env, cwd, program, now } = world;
  const plain = world.output({ color: false, logLevel: defaults.logLevel });
  const asked = readCommandLine(words, { operations: [status], version, now: now(), columns: plain.columns });
  if (asked.kind !== 'run' || isOn(asked.input, 'watch')) return { exit: null, hasAsked: false };
  const { input, global } = asked;
  const home = world.home();
  const settings = await loadSettings({ flags: global, env, home, cwd, program });
  const view = viewIn(input);
  const output = world.output(settings);
  const note = (line: string) => output.log('debug', line);
  const seen = await askOnce({ ...options, settings, version, env, home, now, note });
  // To try whether deaths are heard takes the triggers.
  if (seen === null || (!input.json && !seen.hearsDeaths)) return { exit: null, hasAsked: seen === null };
  assertAgent(view, seen, settings);
  const { json, draw, exit } = shownStatus(seen, { ...view, note: [] }, { settings, output, now });
  const text = input.json ? jsonText(json) : pageText(await draw(output.stdoutIsTerminal ? output.columns : null));
  const isWritten =
    text === '' ||
    (await output.stdout(`${text}\n`).then(
      () => true,
      () => false,
    ));
  return { exit: isWritten ? exit : null, hasAsked: true };
}
