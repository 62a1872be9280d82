import { activityByTitle } from '../../../src/agents/codex/title.ts';
import { profilesIn } from '../../../src/hermes/kanban-answers.ts';
import { readUnit } from '../../../src/hermes/setup/unit-words.ts';
import { parseSysctl } from '../../../src/observe/boot.ts';
import { parseLsof, parsePs } from '../../../src/observe/process/ps-list.ts';
import { jsonIn } from '../../../src/system/json.ts';
import { anyAnswer } from './target.ts';

/**
 * Parsers of a few lines, each with its seeds: `ps`, `lsof`, `sysctl`, titles of panes, Hermes' profiles, systemd's
 * units, any JSON.
 */
export const smallParsers = anyAnswer(
  'small-parsers',
  [
    '  1     0     1     1 ?        Ss   Mon Nov 23 09:00:00 2026 /sbin/init\n',
    'p812\nfcwd\nn/home/me\nf3\nn/tmp/x\n',
    '{ sec = 1782892800, usec = 12 } Wed Jul  1 09:00:00 2026\n',
    '⠧ Codex | me',
    '✳ Claude',
    'me@host: ~',
    '[{"name":"me","on_disk":true},null]',
    '[Service]\nEnvironment="A=%h/x" B=1\nExecStart=-"/bin/a b" \\\n --flag\n',
    '{"a":[1,"x"]}',
  ],
  (text) => [
    parsePs(text),
    parseLsof(text),
    parseSysctl(text),
    activityByTitle(text, '/home/me'),
    profilesIn(text),
    readUnit(text, '/home/me'),
    jsonIn(text),
  ],
);
