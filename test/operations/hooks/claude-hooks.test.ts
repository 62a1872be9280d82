import { chmodSync, cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hooksAnswer } from '../../../src/operations/answers/hooks.ts';
import { setup } from '../../../src/operations/setup.ts';
import { put, scratchFolder } from '../../observe/scratch.ts';
import { projectRoot } from '../../source-tree.ts';
import { answers, fakeContext, settings } from '../fake-context.ts';

/** An installation with the plugin, and a pretend Claude that writes down how it is called. */
function installation(claude = 'echo "$@" >>"$0.log"') {
  const root = scratchFolder();
  const plugin = join(root, 'my "dist"', 'claude-code/plugin');
  cpSync(join(projectRoot, 'src/agents/claude/plugin'), plugin, { recursive: true });
  const program = put(join(root, 'bin/claude'), `#!/bin/sh\n${claude}\n`);
  chmodSync(program, 0o755);
  const context = {
    ...fakeContext({}).context,
    settings: { ...settings, stateDir: join(root, 'state') },
    env: { PATH: `${join(root, 'bin')}:/usr/bin:/bin` },
    program: ['node', join(root, 'my "dist"', 'cli.js')],
  };
  return { root, context, called: () => (existsSync(`${program}.log`) ? readFileSync(`${program}.log`, 'utf8') : '') };
}

const values = { hooks: 'claude-code' };

test('without --yes the commands and the fragment are shown, and nothing is done', async () => {
  const { root, context, called } = installation();
  const [answer] = await answers(setup, context, { values });
  const { commands, ran, settings: fragment } = hooksAnswer.parse(answer?.json);
  expect(commands).toEqual([
    ['claude', 'plugin', 'marketplace', 'add', join(root, 'my "dist"', 'claude-code')],
    ['claude', 'plugin', 'install', 'agent-sessions-reports@agent-sessions-monitor'],
  ]);
  expect(ran).toBe(false);
  const { hooks } = fragment as { hooks: Record<string, [{ hooks: [{ command: string }] }]> };
  expect(Object.keys(hooks)).toEqual(['SessionStart', 'SessionEnd', 'Stop', 'Notification', 'PermissionRequest']);
  expect(hooks['Stop']?.[0].hooks[0].command).toBe(
    `f="${root}/my \\"dist\\"/claude-code/plugin/hooks/report.sh"; [ -r "$f" ] && exec /bin/sh "$f" Stop; exit 0`,
  );
  expect(answer?.text).toContain("claude plugin marketplace add '");
  expect([called(), existsSync(context.settings.stateDir)]).toEqual(['', false]);
});

/** Answers as Claude Code 2.1.332 does, and keeps what it was told in two files beside it. */
const claudeLike = `
d=$(dirname "$0"); p=agent-sessions-reports@agent-sessions-monitor
case "$*" in
  'plugin list --json') [ -e "$d/p" ] && echo "[{\\"id\\":\\"$p\\",\\"scope\\":\\"user\\",\\"enabled\\":true$(cat "$d/p")}]" || echo '[]'; exit;;
  'plugin marketplace list --json') [ -e "$d/m" ] && cat "$d/m" || echo '[]'; exit;;
esac
echo "$@" >>"$0.log"
case "$2 $3" in
  'marketplace add') printf '%s' "$4" | sed 's/"/\\\\"/g; s/.*/[{"name":"agent-sessions-monitor","path":"&"}]/' >"$d/m";;
  'marketplace remove') rm "$d/m";;
  "install $p") [ -s "$d/p" ] || : >"$d/p";;
  "uninstall $p") rm "$d/p";;
esac`;
const add = (root: string) => `plugin marketplace add ${root}/my "dist"/claude-code`;
const installs = 'plugin install agent-sessions-reports@agent-sessions-monitor';
const uninstalls = 'plugin uninstall agent-sessions-reports@agent-sessions-monitor';
const removes = 'plugin marketplace remove agent-sessions-monitor';

test('with --yes Claude installs it, and takes it out again; a second time there is nothing to change', async () => {
  const { root, context, called } = installation(claudeLike);
  const run = async (more: object = {}) =>
    (await answers(setup, context, { values: { ...values, yes: true, ...more } }))[0];
  await run();
  expect(existsSync(join(context.settings.stateDir, 'hooks'))).toBe(true);
  const again = await run();
  expect([again?.text, hooksAnswer.parse(again?.json).commands]).toEqual(['nothing to change', []]);
  await run({ uninstall: true });
  expect(await run({ uninstall: true })).toMatchObject({ text: 'nothing to change', exit: 0 });
  expect(called().split('\n')).toEqual([add(root), installs, uninstalls, removes, '']);
});

test('only what is missing is done: a marketplace that was left, one of a former installation, a plugin in error', async () => {
  const { root, context, called } = installation(claudeLike);
  const run = (more: object = {}) => answers(setup, context, { values: { ...values, yes: true, ...more } });
  put(join(root, 'bin/m'), '[{"name":"agent-sessions-monitor","path":"/gone/dist/claude-code"}]');
  await run({ uninstall: true });
  put(join(root, 'bin/m'), '[{"name":"agent-sessions-monitor","path":"/gone/dist/claude-code"}]');
  put(join(root, 'bin/p'), ',"errors":["cache-miss"]');
  await run();
  expect(called().split('\n')).toEqual([removes, add(root), installs, '']);
});

test('a marketplace of a former installation that is still there gives way', async () => {
  const { root, context, called } = installation(claudeLike);
  const former = join(root, 'former');
  put(join(former, '.claude-plugin/marketplace.json'), '{"plugins":[{"name":"agent-sessions-reports"}]}');
  put(join(root, 'bin/m'), JSON.stringify([{ name: 'agent-sessions-monitor', path: former }]));
  await answers(setup, context, { values: { ...values, yes: true } });
  expect(called().split('\n')).toEqual([add(root), installs, '']);
});

test.each([
  ['with other plugins', (root: string) => ({ source: 'directory', path: root })],
  ['that is gone for now', () => ({ source: 'directory', path: '/mnt/mine' })],
  ['of the web', () => ({ source: 'github', repo: 'me/mine' })],
])("the user's own marketplace of that name is neither replaced nor removed: one %s", async (_, source) => {
  const { root, context, called } = installation(claudeLike);
  const run = async (more: object = {}) =>
    (await answers(setup, context, { values: { ...values, yes: true, ...more } }))[0];
  put(join(root, '.claude-plugin/marketplace.json'), '{"plugins":[{"name":"my-plugin"}]}');
  put(join(root, 'bin/m'), JSON.stringify([{ name: 'agent-sessions-monitor', ...source(root) }]));
  await expect(run()).rejects.toMatchObject({
    code: 5,
    message: expect.stringMatching(/^nothing was done: Claude Code has another marketplace/),
  });
  expect(await run({ uninstall: true })).toMatchObject({ text: 'nothing to change' });
  put(join(root, 'bin/p'), '');
  await run({ uninstall: true });
  expect(called().split('\n')).toEqual([uninstalls, '']);
});

test('a Claude that cannot list is told all of it', async () => {
  const { root, context, called } = installation('case "$*" in *--json) exit 1;; esac; echo "$@" >>"$0.log"');
  await answers(setup, context, { values: { ...values, yes: true } });
  expect(called().split('\n')).toEqual([add(root), installs, '']);
});

test('hooks that also stand in the settings are named, and the variable that the agents need', async () => {
  const { root, context, called } = installation(claudeLike);
  const folder = join(root, 'claude home');
  put(join(folder, 'settings.json'), '{"hooks":"f=/x/claude-code/plugin/hooks/report.sh"}');
  const env = {
    ...context.env,
    CLAUDE_CONFIG_DIR: folder,
    AGENT_SESSIONS_MONITOR_STATE_DIR: context.settings.stateDir,
  };
  const named = { ...context, env };
  const [out] = await answers(setup, named, { values: { ...values, yes: true, uninstall: true } });
  const also = `its hooks also stand in ${folder}/settings.json: take them out there`;
  expect([out?.text, hooksAnswer.parse(out?.json).also_in]).toEqual([
    `nothing to change\n${also}`,
    `${folder}/settings.json`,
  ]);
  const [shown] = await answers(setup, named, { values });
  expect(shown?.text).toContain(`or put this into ${folder}/settings.json:`);
  expect(shown?.text.split('\n').slice(-2)).toEqual([
    also,
    `start your agents with AGENT_SESSIONS_MONITOR_STATE_DIR=${context.settings.stateDir} too`,
  ]);
  expect(called()).toBe('');
});

test('what the user has taken out already does not keep the rest', async () => {
  const { context, called } = installation(
    'echo "$@" >>"$0.log"; [ "$2" != uninstall ] || { echo "not found" >&2; exit 1; }',
  );
  const uninstalls = answers(setup, context, { values: { ...values, yes: true, uninstall: true } });
  await expect(uninstalls).rejects.toThrow(/did not do it: not found$/);
  expect(called()).toContain('plugin marketplace remove agent-sessions-monitor');
});

test('a Claude that refuses, or is not there, is told', async () => {
  const yes = { values: { ...values, yes: true } };
  const refusing = installation('echo "no \u001b[31mway" >&2; exit 1');
  await expect(answers(setup, refusing.context, yes)).rejects.toMatchObject({
    code: 5,
    message: 'Claude Code did not do it: no \\x1b[31mway',
    where: expect.stringMatching(/^claude plugin marketplace add /),
  });
  await expect(answers(setup, installation('exit 3').context, yes)).rejects.toThrow(/did not do it: it ended with 3$/);
  const { context } = installation();
  const absent = { ...context, env: { PATH: '/nowhere' } };
  await expect(answers(setup, absent, yes)).rejects.toMatchObject({
    code: 5,
    message: 'there is no claude on the PATH',
  });
});
