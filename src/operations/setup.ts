import { existsSync } from 'node:fs';
import { exitCode } from '../errors.ts';
import type { Context } from './context.ts';
import { choiceOf, isOn, textOf, type Input, type Operation } from './operation.ts';
import { clientNames } from './clients/known-clients.ts';
import type { HooksAnswer } from './answers/hooks.ts';
import type { SetupAnswer } from '../hermes/setup/answers.ts';
import type { Installed } from '../hermes/setup/install.ts';

export const setup: Operation<SetupAnswer | HooksAnswer> = {
  name: 'setup',
  summary: 'install the skill and the MCP server entry into a Hermes home',
  description:
    'Only what it wrote itself is changed or taken out again; an entry, a skill file or a unit of another origin is left alone.',
  flags: [
    { name: 'uninstall', description: 'take exactly that out again' },
    { name: 'print', description: 'only show the change' },
    { name: 'profile', description: 'the profile (default: default)', value: { kind: 'text', placeholder: 'name' } },
    {
      name: 'hermes-home',
      description: 'default: $HERMES_HOME, else ~/.hermes',
      value: { kind: 'text', placeholder: 'dir' },
    },
    {
      name: 'lean',
      description: 'a profile of its own, with a sixth of the tokens a call (default name: agent-sessions-lean)',
    },
    {
      name: 'client',
      description: 'show how the MCP server is added to that host; docs/hosts.md lists them',
      value: { kind: 'choice', choices: clientNames },
    },
    { name: 'plugin', description: 'the plugin for Hermes instead: /asm, hermes agent-sessions, a dashboard tab' },
    {
      name: 'hooks',
      description: 'have an agent report by itself: its own commands, run with --yes',
      value: {
        kind: 'choice',
        choices: ['claude-code'],
        otherwise: 'only claude-code has hooks of ours; other agents report by asm report: docs/hooks.md',
      },
    },
    { name: 'service', description: 'print a systemd user unit that works a card without a model' },
    { name: 'card', description: 'with --service: the card', value: { kind: 'text', placeholder: 'id' } },
    {
      name: 'hermes-board',
      description: "with --service: Hermes' slug of the board",
      value: { kind: 'text', placeholder: 'slug' },
    },
    {
      name: 'yes',
      description: "with --client or --hooks: run the host's own command; with --service: write the unit",
    },
  ],
  async *run(context, input) {
    if (choiceOf(input, 'hooks', ['claude-code']) !== null) {
      const { claudeHooks } = await import('./hooks/claude-hooks.ts');
      const goal = isOn(input, 'uninstall') ? 'uninstall' : 'install';
      yield await claudeHooks(context, { goal, run: isOn(input, 'yes') && !isOn(input, 'print') });
      return;
    }
    const { json, lines } = await installed(context, input);
    yield { json, text: lines.join('\n'), exit: exitCode.done };
  },
};

async function installed(context: Context, input: Input): Promise<Installed> {
  const goal = isOn(input, 'uninstall') ? 'uninstall' : 'install';
  const print = isOn(input, 'print');
  /** What is only shown until the user says yes. */
  const shows = print || (goal === 'install' && !isOn(input, 'yes'));
  const name = choiceOf(input, 'client', clientNames);
  if (name !== null) {
    const { setUpNamed } = await import('./clients/set-up-client.ts');
    return setUpNamed(context, { name, goal, print: shows });
  }
  const root = textOf(input, 'hermes-home');
  if (isOn(input, 'service')) {
    const { service } = await import('../hermes/setup/service.ts');
    return service(context, {
      card: textOf(input, 'card'),
      hermesBoard: textOf(input, 'hermes-board'),
      hermesHome: root,
      goal,
      print: shows,
    });
  }
  const { hermesHome } = await import('../hermes/hermes-home.ts');
  const { leanProfile, makeLeanProfile } = await import('../hermes/setup/lean.ts');
  const isLean = isOn(input, 'lean');
  const home = hermesHome(context, { root, profile: textOf(input, 'profile') ?? (isLean ? leanProfile : null) });
  if (isOn(input, 'plugin')) {
    const { plugin } = await import('../hermes/setup/plugin.ts');
    return plugin(context, { home, goal, print });
  }
  if (isLean && goal === 'install') return makeLeanProfile(context, home, print);
  const { install } = await import('../hermes/setup/install.ts');
  const { json, lines } = await install(context, { home, goal, print });
  const rest =
    isLean && existsSync(home.folder) ? [`the profile itself goes with: hermes profile delete ${home.profile}`] : [];
  return { json, lines: [...lines, ...rest] };
}
