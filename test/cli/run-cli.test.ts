import { resolveSettings } from '../../src/config/settings.ts';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCli, type World } from '../../src/cli/run-cli.ts';
import { terminalOutput } from '../../src/cli/terminal-output.ts';
import { homeIn } from '../../src/cli/this-process.ts';
import { RegistryError } from '../../src/errors.ts';
import type { Context, PassReport } from '../../src/operations/context.ts';
import { fakeContext, reportWith } from '../operations/fake-context.ts';

let home: string;
beforeEach(() => (home = mkdtempSync(join(tmpdir(), 'asm-cli-'))));
afterEach(() => rmSync(home, { recursive: true }));

async function cli(words: readonly string[], context: Partial<Context> = {}, gone = false, world: Partial<World> = {}) {
  let stdout = '';
  let stderr = '';
  let opened = 0;
  const exit = await runCli(words, {
    version: '1.2.3',
    env: {},
    home: () => home,
    cwd: home,
    program: [],
    signal: new AbortController().signal,
    now: () => Date.parse('2026-07-01T09:00:00Z'),
    isTerminal: false,
    screen: null,
    hasAsked: false,
    output: () => ({
      stdout: (text) => {
        stdout += text;
        return Promise.resolve();
      },
      stderr: (text) => void (stderr += text),
      log: () => undefined,
      stdoutIsTerminal: false,
      color: false,
      columns: 100,
      readerIsGone: () => gone,
      startProgress: () => undefined,
      stopProgress: () => undefined,
      hold: () => undefined,
      release: () => undefined,
    }),
    loadSettings: (sources) => resolveSettings(sources, []),
    openContext: () => {
      opened += 1;
      return Promise.resolve({ ...fakeContext({ passes: [reportWith({})] }).context, ...context });
    },
    ...world,
  });
  return { exit, stdout, stderr: stderr.replaceAll(home, '~'), opened };
}

const fails = (error: unknown): Partial<Context> => ({ pass: () => Promise.reject(error) });

describe('the command line', () => {
  test('--help shows every command and loads nothing', async () => {
    expect(await cli(['--help'])).toMatchInlineSnapshot(`
      {
        "exit": 0,
        "opened": 0,
        "stderr": "",
        "stdout": "Usage: agent-sessions-monitor [options] [command]

      Keeps the registry of your tmux coding-agent sessions true, and tells you what drifted.

      Options:
        --version                    show the version
        --registry <path>            the registry file
        --config <path>              the config file
        --log-level <level>          what stderr says beside a failure (choices: "silent", "error",
                                     "warn", "info", "debug")
        --no-color                   plain text
        --json                       JSON on stdout: one document, or one per line where the command keeps
                                     running
        -h, --help                   show help

      Commands:
        reconcile [options]          one pass: look, compare, repair the registry, print what changed
        monitor [options]            watch until told to stop: drifts become comments on a card
        comment [options] <text...>  put a person's comment on the card
        card [options]               show the card with its comments
        status [options]             every session with its agent, id and job on one line, those that need
                                     you first; writes nothing
        find [options] <text...>     sessions by name, workspace, id, folder, title and last prompts
        resume [session...]          prints a script that brings sessions back; runs nothing itself
        mcp                          the MCP server on stdio, for Hermes workers and other agents
        dispatch [options]           create the Hermes card that runs the monitor, and print its id
        setup [options]              add this program to an MCP host (--client), let Claude Code report by
                                     itself (--hooks), or install it in Hermes
        jobs [options] <action...>   delegate jobs: submit, list, show ID, event ID NAME
        explain [options] [session]  why we believe what we believe about a session: every piece of
                                     evidence, with its source and time
        history [options]            what was found, changed and announced, newest last
        digest [options]             what happened while you were away: deaths, waits, changes, and the
                                     time worked and waited
        undo [event]                 take back one repair or submitted job id, if the text it wrote is
                                     still there
        snooze [session...]          be silent about a waiting session for a while: SESSION 2h; alone,
                                     list what is snoozed
        doctor [options]             check everything a run depends on, and say how to cure what is wrong
        demo [options]               a guided minute: a private tmux server with pretend agents, and the
                                     monitor on it
        fleet [options]              every host's sessions as they are known on the MQTT broker
        notify <test...>             test [NAME]: send one notice through each configured notifier, and
                                     say what came back
        page [options]               a local page: sessions, timelines, log and card
        report [options]             for agents' hooks and wrappers: what an agent says of itself, as JSON
                                     on stdin
        completion <shell>           completion script for a shell
        help [command]               display help for command
      ",
      }
    `);
  });

  test('-h is --help', async () => {
    expect(await cli(['-h'])).toEqual(await cli(['--help']));
    expect(await cli(['undo', '-h'])).toEqual(await cli(['undo', '--help']));
  });

  test('--version', async () => {
    expect(await cli(['--version'])).toEqual({ exit: 0, stdout: '1.2.3\n', stderr: '', opened: 0 });
  });

  test.each([
    [['help', 'reconsile']],
    [['reconsile', '--help']],
    [['--help', 'reconsile']],
    [['--json', '-h', '--registry', 'x', 'reconsile']],
  ])('%j is refused as a command that there is not', async (words) => {
    const plain = await cli(['reconsile']);
    expect(plain.stderr).toContain('did you mean reconcile?');
    const [message = '', cure = ''] = plain.stderr.split('\n');
    const stderr = words.includes('--json')
      ? `${JSON.stringify({ error: { code: 2, message, where: null, cure } })}\n`
      : plain.stderr;
    expect(await cli(words)).toEqual({ ...plain, stderr });
  });

  test('help of help is that of all commands', async () => {
    const help = await cli(['--help']);
    for (const words of [['help'], ['help', 'help'], ['help', '--help'], ['--registry', 'x', '-h']])
      expect(await cli(words)).toEqual(help);
  });

  test('help of a command shows its flags', async () => {
    expect((await cli(['reconcile', '--help'])).stdout).toMatchInlineSnapshot(`
      "Usage: agent-sessions-monitor reconcile [options]

      one pass: look, compare, repair the registry, print what changed

      Options:
        --once                 one pass, then end (the default)
        --emit-diff            the result as JSON (same as --json)
        --dry-run              look and compare only: writes nothing at all
        --subscribe            stay, and print what is new
        --interval <duration>  time between two passes of --subscribe (default: monitor.interval, else
                               30s)
        --exit-code            end with 1 if there is any drift
        --adopt                entries that were never seen anywhere belong to this place from now on
        --from <host>          with --adopt: those of a place that is gone (a container that was made
                               anew, an old machine)
        -h, --help             show help
      "
    `);
  });

  test.each([
    [[]],
    [['--json']],
    [['--no-color']],
    [['--registry', 'x']],
    [['monitor', '--until', '2026-06-30T18:00:00Z']],
    [['status', '--registry', '']],
    [['--config=', 'status']],
    [['frobnicate']],
    [['help', 'frobnicate']],
    [['reconsile']],
    [['reconcile', '--drry-run']],
    [['reconcile', '--interval']],
    [['reconcile', '--interval', '10']],
    [['reconcile', '--interval', '10ms']],
    [['reconcile', 'word']],
    [['monitor', '--level', 'loud']],
    [['monitor', '--until', 'tomorrow']],
    [['--log-level', 'loud', 'status']],
    [['explain']],
    [['completion', 'tcsh']],
    [['demo', '--seconds', '1']],
    [['status', '--config', 'none.yaml']],
    [['status', '--json', '--nope']],
  ])('%j is refused with 2', async (words) => {
    const { exit, stdout, stderr, opened } = await cli(words);
    expect({ exit, stdout, opened }).toEqual({ exit: 2, stdout: '', opened: 0 });
    expect(stderr).toMatchSnapshot();
  });

  test('global flags stand before or after the command', async () => {
    const before = await cli(['--json', 'reconcile']);
    const after = await cli(['reconcile', '--emit-diff', '--once']);
    expect(before).toEqual(after);
    expect(JSON.parse(before.stdout)).toMatchObject({ version: 1, host: 'lab1' });
  });
});

describe('where the current folder is gone', () => {
  const run = (...words: readonly string[]) => cli(words, {}, false, { cwd: null });

  test('whatever names no relative path works', async () => {
    expect(await run('--version')).toMatchObject({ exit: 0, stdout: '1.2.3\n', stderr: '' });
    expect(await run('reconcile', '--registry', join(home, 'r.yaml'))).toMatchObject({ exit: 0, stderr: '' });
    expect(await run('reconcile', '--registry', '~/r.yaml')).toMatchObject({ exit: 0, stderr: '' });
  });

  test('a relative path is refused with 2, but for a report', async () => {
    const stderr = (path: string) =>
      `the current folder is gone\n${path}\ncd to a folder that is there, or name the whole path\n`;
    expect(await run('reconcile', '--registry', 'r.yaml')).toEqual({
      exit: 2,
      stdout: '',
      stderr: stderr('r.yaml'),
      opened: 0,
    });
    expect(await run('status', '--config', './c.yaml')).toMatchObject({ exit: 2, stderr: stderr('./c.yaml') });
    expect(await run('report', '--config', './c.yaml')).toMatchObject({ exit: 0, stdout: '', stderr: '' });
  });

  test('so is one that only a later step resolves', async () => {
    const error = Object.assign(new Error('ENOENT: no such file or directory, uv_cwd'), { syscall: 'uv_cwd' });
    const { exit, stderr } = await cli(['reconcile', '--json'], fails(error));
    expect({ exit, error: JSON.parse(stderr) }).toEqual({
      exit: 2,
      error: {
        error: {
          code: 2,
          message: 'the current folder is gone',
          where: null,
          cure: 'cd to a folder that is there, or name the whole path',
        },
      },
    });
  });
});

describe('a home that is not known', () => {
  const run = (...words: readonly string[]) =>
    cli(words, {}, false, { home: () => homeIn({ HOME: 'rel', PATH: '/bin' }) });

  test('is refused with 2 where a home is needed', async () => {
    const stderr = 'HOME is no absolute path\nHOME=rel\nset HOME to the whole path of a folder that is yours\n';
    expect(await run('status')).toEqual({ exit: 2, stdout: '', stderr, opened: 0 });
    expect(await run('report', '--event', 'Stop')).toMatchObject({ exit: 0, stdout: '', stderr: '' });
    expect(await run('--version')).toMatchObject({ exit: 0, stdout: '1.2.3\n', stderr: '' });
    expect(await run('status', '--help')).toMatchObject({ exit: 0, stderr: '' });
  });

  test.each([{}, { HOME: '' }, { HOME: '${HOME}' }])('is not %j: the system has it in its list of users', (env) => {
    expect(homeIn(env)).toBe(userInfo().homedir);
  });
});

test('mcp leaves stdout to the protocol, also with --json', async () => {
  for (const words of [['mcp'], ['mcp', '--json']]) {
    expect(await cli(words)).toEqual({ exit: 0, stdout: '', stderr: '', opened: 1 });
  }
});

describe('a failure', () => {
  const refused = new RegistryError('the registry has a conflict marker\u001b', {
    where: '/r.yaml:3:1',
    cure: 'mend it',
  });

  test('says what, where, what now, in three lines', async () => {
    expect(await cli(['reconcile'], fails(refused))).toEqual({
      exit: 3,
      stdout: '',
      stderr: 'the registry has a conflict marker\\x1b\n/r.yaml:3:1\nmend it\n',
      opened: 1,
    });
  });

  test('is all that is told, whatever could not be kept before it; not at the level debug', async () => {
    const told = async (words: readonly string[], answer: () => Promise<PassReport>) => {
      let said = '';
      const stream = new Writable({ write: (chunk, _, done) => ((said += String(chunk)), done()) });
      const { exit } = await cli(words, {}, false, {
        output: (settings) => terminalOutput({ stdout: stream, stderr: stream }, settings),
        openContext: ({ output }) => {
          const pass = () => {
            output.log('warn', 'the memory could not be kept');
            return answer();
          };
          return Promise.resolve({ ...fakeContext({ passes: [] }).context, output, pass });
        },
      });
      return { exit, lines: said.split('\n') };
    };
    const refuse = () => Promise.reject(refused);
    const failure = ['the registry has a conflict marker\\x1b', '/r.yaml:3:1', 'mend it'];
    expect(await told(['reconcile'], refuse)).toEqual({ exit: 3, lines: [...failure, ''] });
    const json = await told(['reconcile', '--json'], refuse);
    expect(json).toMatchObject({ exit: 3, lines: [expect.stringContaining('{"error":{"code":3,'), ''] });
    const debug = await told(['reconcile', '--log-level', 'debug'], refuse);
    expect(debug.lines.slice(0, 4)).toEqual(['the memory could not be kept', ...failure]);
    const answered = await told(['reconcile', '--json'], () => Promise.resolve(reportWith({})));
    expect(answered).toMatchObject({
      exit: 0,
      lines: ['the memory could not be kept', expect.stringMatching(/^\{/), ''],
    });
  });

  test('is one line of JSON with --json', async () => {
    const { exit, stdout, stderr } = await cli(['reconcile', '--emit-diff'], fails(refused));
    expect({ exit, stdout, error: JSON.parse(stderr) }).toEqual({
      exit: 3,
      stdout: '',
      error: {
        error: { code: 3, message: 'the registry has a conflict marker\u001b', where: '/r.yaml:3:1', cure: 'mend it' },
      },
    });
  });

  test('of ours is 70, its stack in a file', async () => {
    const { exit, stdout, stderr } = await cli(['reconcile'], fails(new TypeError('x is not a function')));
    expect({ exit, stdout, stderr }).toMatchInlineSnapshot(`
      {
        "exit": 70,
        "stderr": "a defect of agent-sessions-monitor: x is not a function
      ~/.local/state/agent-sessions-monitor/defects.log
      please report it with the text of ~/.local/state/agent-sessions-monitor/defects.log
      ",
        "stdout": "",
      }
    `);
    const log = readFileSync(join(home, '.local/state/agent-sessions-monitor/defects.log'), 'utf8');
    expect(log).toContain('TypeError: x is not a function\n    at ');
  });

  test.each([
    [['report', '--evnt', 'Stop'], {}],
    [['--config', 'missing.yaml', 'report', '--event', 'Stop'], {}],
    [['report', '--event', 'Stop', '--json'], fails(new TypeError('x is not a function'))],
  ])('of %j is not told: it must not disturb the agent that calls it', async (words, context) => {
    expect(await cli(words, context)).toMatchObject({ exit: 0, stdout: '', stderr: '' });
  });

  test('a reader that has gone is none, and is told nothing more', async () => {
    let committed = false;
    const commit = (): Promise<void> => {
      committed = true;
      return Promise.resolve();
    };
    const { exit, stderr } = await cli(['reconcile'], { pass: () => Promise.resolve(reportWith({ commit })) }, true);
    expect({ exit, stderr, committed }).toEqual({ exit: 0, stderr: '', committed: false });
  });
});
