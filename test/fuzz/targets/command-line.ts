import { readCommandLine } from '../../../src/cli/command-line.ts';
import { operations } from '../../../src/operations/index.ts';
import { orRefused } from './or-refused.ts';
import { anyAnswer } from './target.ts';

/** The words of a command line, one a line: read, or refused. */
export const commandLine = anyAnswer(
  'command-line',
  [
    'reconcile\n--subscribe\n--interval\n10m\n--json',
    'jobs\nsubmit\n--session\na\n--prompt\n-',
    'monitor\n--until\n2026-07-01T09:00:00Z\n--card=x',
    'status\n--help',
    'snooze\na\nb\n2h',
  ],
  (text) => orRefused(() => readCommandLine(text.split('\n'), { operations, version: '1', now: 0, columns: 80 })),
);
