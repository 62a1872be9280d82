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

test('with --yes Claude installs it, and takes it out again', async () => {
  const { root, context, called } = installation();
  await answers(setup, context, { values: { ...values, yes: true } });
  expect(existsSync(join(context.settings.stateDir, 'hooks'))).toBe(true);
  await answers(setup, context, { values: { ...values, yes: true, uninstall: true } });
  expect(called().split('\n')).toEqual([
    `plugin marketplace add ${root}/my "dist"/claude-code`,
    'plugin install agent-sessions-reports@agent-sessions-monitor',
    'plugin uninstall agent-sessions-reports@agent-sessions-monitor',
    'plugin marketplace remove agent-sessions-monitor',
    '',
  ]);
});

test('what the user has taken out already does not keep the rest', async () => {
  const { context, called } = installation(
    'echo "$@" >>"$0.log"; [ "$2" != uninstall ] || { echo "not found" >&2; exit 1; }',
  );
  const uninstalls = answers(setup, context, { values: { ...values, yes: true, uninstall: true } });
  await expect(uninstalls).rejects.toThrow(/plugin uninstall .*: not found/);
  expect(called()).toContain('plugin marketplace remove agent-sessions-monitor');
});

test('a Claude that refuses, or is not there, is told', async () => {
  const yes = { values: { ...values, yes: true } };
  const refusing = installation('echo "no \u001b[31mway" >&2; exit 1');
  await expect(answers(setup, refusing.context, yes)).rejects.toThrow(/^claude plugin marketplace add .*: no .*way/);
  const { context } = installation();
  await expect(answers(setup, { ...context, env: { PATH: '/nowhere' } }, yes)).rejects.toThrow(
    'there is no claude in PATH',
  );
});
