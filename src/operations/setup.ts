import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { exitCode, HostError, UsageError } from '../errors.ts';
import type { Context } from './context.ts';
import { choiceOf, isOn, textOf, type Input, type Operation } from './operation.ts';
import { clientNames } from './clients/known-clients.ts';
import type { HooksAnswer } from './answers/hooks.ts';
import type { SetupAnswer } from '../hermes/setup/answers.ts';
import type { Installed } from '../hermes/setup/install.ts';
import { makeOwnFolder } from '../system/own-folder.ts';

export const setup: Operation<SetupAnswer | HooksAnswer> = {
  name: 'setup',
  summary:
    'add this program to an MCP host (--client), let Claude Code report by itself (--hooks), or install it in Hermes',
  description: [
    'Only what it wrote itself is changed or taken out again. An entry, a plugin or a unit of another origin is left alone, and it ends with 5. A file of the skill that you changed is left alone and named.',
    'Without --print, these write at once: bare setup, --lean, --plugin, and --uninstall of all but --hooks. --client, --hooks and --service only show what they would do, until --yes stands beside them.',
  ].join('\n\n'),
  flags: [
    {
      name: 'client',
      description: `how the MCP server is added to that host: ${clientNames.join(', ')}; docs/hosts.md`,
      value: { kind: 'choice', choices: clientNames, placeholder: 'name' },
    },
    {
      name: 'hooks',
      description: 'have an agent report by itself: its own commands, run with --yes',
      value: {
        kind: 'choice',
        choices: ['claude-code'],
        otherwise: 'only claude-code has hooks of ours; other agents report by asm report: docs/hooks.md',
      },
    },
    { name: 'plugin', description: 'the plugin for Hermes: /asm, hermes agent-sessions, a dashboard tab' },
    {
      name: 'lean',
      description:
        'a profile of Hermes of its own, with a sixth of the tokens a call (default name: agent-sessions-lean)',
    },
    { name: 'service', description: 'print a systemd user unit that works a card without a model' },
    {
      name: 'yes',
      description: "with --client or --hooks: run the host's own command; with --service: write the unit",
    },
    { name: 'uninstall', description: 'take out what setup wrote' },
    { name: 'print', description: 'only show the change' },
    {
      name: 'profile',
      description: 'the profile of Hermes (default: default)',
      value: { kind: 'text', placeholder: 'name' },
    },
    {
      name: 'hermes-home',
      description: 'default: $HERMES_HOME, else ~/.hermes',
      value: { kind: 'text', placeholder: 'dir' },
    },
    { name: 'card', description: 'with --service: the card', value: { kind: 'text', placeholder: 'id' } },
    {
      name: 'hermes-board',
      description: "with --service: Hermes' slug of the board",
      value: { kind: 'text', placeholder: 'slug' },
    },
  ],
  async *run(context, input) {
    refuseContradiction(input);
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

/** What `setup` can be asked for by a flag, and the flags that go with it beside those of all. */
const forms: Readonly<Record<string, readonly string[]>> = {
  client: ['yes'],
  hooks: ['yes'],
  plugin: ['profile', 'hermes-home'],
  lean: ['profile', 'hermes-home'],
  service: ['yes', 'card', 'hermes-board', 'hermes-home'],
};
const bareForm = ['profile', 'hermes-home'];
const ofAllForms = ['uninstall', 'print'];

/** Throws for flags of which one would be passed over in silence. */
function refuseContradiction({ values }: Input): void {
  const given = setup.flags.map(({ name }) => name).filter((name) => values[name] !== undefined);
  const [form, second] = given.filter((name) => name in forms);
  if (form !== undefined && second !== undefined) {
    throw new UsageError(`\`--${form}\` and \`--${second}\` are two commands: run one after the other`, {
      cure: '`asm setup --help` shows what each does',
    });
  }
  if (values['print'] === true && values['yes'] === true) {
    throw new UsageError('`--print` only shows, and `--yes` does it', { cure: 'leave one of them out' });
  }
  const taken = [...ofAllForms, ...((form === undefined ? undefined : forms[form]) ?? bareForm)];
  const stray = given.find((name) => name !== form && !taken.includes(name));
  if (stray === undefined) return;
  const place = form === undefined ? 'alone' : `with \`--${form}\``;
  const owners = Object.keys(forms).filter((name) => forms[name]?.includes(stray));
  throw new UsageError(`\`--${stray}\` has no meaning ${place}`, {
    cure: `it goes with ${owners.map((name) => `--${name}`).join(', ')}${bareForm.includes(stray) ? ', or with none of these' : ''}`,
  });
}

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
    return inTurn(context, print, (only) => plugin(context, { home, goal, print: only }));
  }
  if (isLean && goal === 'install') return inTurn(context, print, (only) => makeLeanProfile(context, home, only));
  const { install } = await import('../hermes/setup/install.ts');
  const { json, lines } = await inTurn(context, print, (only) => install(context, { home, goal, print: only }));
  if (json.change === 'foreign' && !print && !isLean) throw foreignEntry(lines);
  const rest =
    isLean && existsSync(home.folder) ? [`the profile itself goes with: hermes profile delete ${home.profile}`] : [];
  return { json, lines: [...lines, ...rest] };
}

/**
 * Sets up Hermes while no other `setup` does: each would write its config and its record over the other's. What is
 * refused is refused before the lock is made.
 */
async function inTurn<Done extends Installed>(
  { settings: { stateDir }, signal }: Context,
  print: boolean,
  run: (print: boolean) => Promise<Done>,
): Promise<Done> {
  const shown = await run(true);
  if (print) return shown;
  const { withLock } = await import('../system/lock.ts');
  const folder = join(stateDir, 'hermes');
  makeOwnFolder(folder);
  return withLock(join(folder, 'setup'), () => run(false), { signal });
}

/** Says that an entry was left alone, and what was done beside it: the skill is of use with the user's own entry too. */
function foreignEntry([entry = '', ...skill]: readonly string[]): HostError {
  return new HostError(`${entry}; ${skill.join('; ')}`, {
    cure: 'if that entry is not needed any more, take it out by hand; then run this again',
  });
}
