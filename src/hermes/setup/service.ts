import { lstatSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { clean } from '../../core/words/text.ts';
import { exitCode, HostError, UsageError } from '../../errors.ts';
import { regularText } from '../../system/read-regular.ts';
import { replaceFile } from '../../system/replace-file.ts';
import { setVariable } from '../../system/set-variable.ts';
import type { HermesContext } from '../hermes-home.ts';
import type { SetupAnswer } from './answers.ts';
import type { Installed } from './install.ts';
import { sharedMemory } from './entry.ts';
import { commandLine, quoted } from './unit-words.ts';
import { hashOf } from '../../system/hash.ts';

export const unitName = 'agent-sessions-monitor.service';
const mark = '# written by `asm setup --service`, sha256 of what follows: ';

export interface ServiceRequest {
  readonly card: string | null;
  readonly hermesBoard: string | null;
  readonly hermesHome: string | null;
  readonly goal: 'install' | 'uninstall';
  /** Only prints the unit. */
  readonly print: boolean;
}

/**
 * Writes a `systemd --user` unit that works a card without a model, or takes it out.
 * @throws HostError for a unit that the user wrote or changed: it is left alone
 */
export async function service(context: HermesContext, request: ServiceRequest): Promise<Installed> {
  const path = join(unitFolder(context), unitName);
  // A masked unit is a link to /dev/null.
  const isThere = lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  const isForeign = isThere && !isAsWritten(regularText(path) ?? '');
  if (request.goal === 'uninstall') {
    if (!isThere) return said({ path, change: 'unchanged' }, `${path}: nothing to change`);
    if (isForeign) throw foreign(path);
    if (request.print) return said({ path, change: 'changed' }, `${path}: would be taken out`);
    await rm(path);
    return said(
      { path, change: 'changed' },
      `${path}: taken out`,
      `if it runs: systemctl --user disable --now ${unitName}; systemctl --user daemon-reload`,
    );
  }
  const unit = unitOf(context, request);
  if (request.print) return { json: { unit }, lines: unit.trimEnd().split('\n') };
  if (isForeign) throw foreign(path);
  await mkdir(dirname(path), { recursive: true });
  replaceFile(path, unit);
  return said(
    { unit, path, change: 'changed' },
    `${path}: written`,
    'start it with: systemctl --user daemon-reload; systemctl --user enable --now agent-sessions-monitor',
    'to have it run while you are logged out: loginctl enable-linger',
  );
}

function foreign(path: string): HostError {
  return new HostError('nothing was done: that unit was not written by asm setup, or was changed since', {
    where: clean(path),
    cure: 'if it is not needed any more, move it away; then run this again',
  });
}

/** Returns the folder in which systemd reads the units of a user. */
export function unitFolder({ env, home }: HermesContext): string {
  const named = setVariable(env, 'XDG_CONFIG_HOME');
  return join(named !== null && isAbsolute(named) ? named : join(home, '.config'), 'systemd/user');
}

/** Decides whether `setup` wrote a unit, or it is a copy for another card, changed or not. */
export function isUnitOfOurs(path: string, text: string): boolean {
  return basename(path).startsWith('agent-sessions-monitor') || text.startsWith(mark);
}

function unitOf(context: HermesContext, { card, hermesBoard, hermesHome }: ServiceRequest): string {
  if (card === null)
    throw new UsageError('a service works one card', { where: '--card', cure: 'make it: asm dispatch --worker self' });
  const board = hermesBoard === null ? [] : ['--hermes-board', hermesBoard];
  const words = [...context.program, 'monitor', '--board', 'hermes', '--card', card, ...board];
  const home = hermesHome ?? setVariable(context.env, 'HERMES_HOME');
  const variables = {
    PATH: context.env['PATH'] ?? '',
    ...(home === null ? {} : { HERMES_HOME: resolve(home) }),
    ...sharedMemory(context),
  };
  const body = [
    '[Unit]',
    'Description=agent-sessions-monitor: watches tmux coding-agent sessions',
    '',
    '[Service]',
    ...Object.entries(variables).map(([name, value]) => `Environment=${quoted(`${name}=${value}`)}`),
    'PassEnvironment=AGENT_SESSIONS_MQTT_URL AGENT_SESSIONS_MQTT_USER AGENT_SESSIONS_MQTT_PASSWORD',
    `ExecStart=${commandLine(words)}`,
    '# A run that is over, or paused by a signal, ends with 0 and is left so. A board or a registry that cannot be',
    `# reached at the start (${exitCode.board}, ${exitCode.registry}) is tried again every 30 s, for as long as it takes.`,
    'Restart=on-failure',
    'RestartSec=30',
    '# What a notifier started, such as a terminal or a tmux server, goes on.',
    'KillMode=process',
    '# A wrong command line, and another monitor that watches already: a person has to decide.',
    `RestartPreventExitStatus=${exitCode.usage} ${exitCode.watched}`,
    '',
    '[Install]',
    'WantedBy=default.target',
    '',
  ].join('\n');
  return `${mark}${unitHash(body)}\n${body}`;
}

/** Decides whether a unit is as `setup` wrote it: then it may be written anew, or taken out. */
export function isAsWritten(unit: string): boolean {
  const [first = '', ...rest] = unit.split('\n');
  return first === `${mark}${unitHash(rest.join('\n'))}`;
}

function unitHash(text: string): string {
  return hashOf(text, 16);
}

function said(json: SetupAnswer, ...lines: readonly string[]): Installed {
  return { json, lines: lines.map((line) => clean(line)) };
}
