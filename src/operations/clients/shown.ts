import { clean } from '../../core/words/text.ts';
import type { HostAnswer } from '../../hermes/setup/answers.ts';
import { serverName } from '../../core/words/server-name.ts';
import type { Installed } from '../../hermes/setup/install.ts';
import type { Context } from '../context.ts';
import type { Client, OwnCommand, ServerStart } from './client.ts';
import { fragment, type Standing } from './entry-text.ts';
import { commandLine, lacksCommand } from './run-own.ts';
import { isStart, pathIn, startFor, startsFor } from './standing.ts';

export interface ClientRequest {
  readonly client: Client;
  readonly goal: 'install' | 'uninstall';
  /** Only shows what would be done. */
  readonly print: boolean;
}

/** Shows what adds the server: the host's command, or its file, where there is no command or the file can do more. */
export function shown(context: Context, client: Client): Installed<HostAnswer> {
  const json = about(context, client, 'install');
  const { title, own, file } = client;
  const { path, text } = json.file;
  if (own === null || json.command === null || lacksCommand(context, client)) {
    const none = own === null ? `${title} has no command for that` : `there is no ${own.program} on the PATH`;
    const end = `nothing was written: ${none}`;
    return { json, lines: [clean(`put this into ${path}, beside what stands there:`), '', text, '', end] };
  }
  const { line } = json.command;
  if (file.waitSeconds <= own.waitSeconds) return { json, lines: [line, '', 'nothing was done; --yes runs this'] };
  const better = `or put this into ${path}: then one call may wait ${file.waitSeconds} s, in place of ${own.waitSeconds} s`;
  return { json, lines: [line, '', clean(better), '', text, '', 'nothing was done; --yes runs the command'] };
}

/** Says what to do by hand in the file of a host that has no command: this program does not write it. */
export function byHand(context: Context, { client, goal }: ClientRequest, standing: Standing): Installed<HostAnswer> {
  const json = about(context, client, goal);
  const { path, text } = json.file;
  const none = `${client.title} has no command for that; nothing was written`;
  const isDone =
    goal === 'uninstall'
      ? standing.kind === 'absent'
      : startsFor(context, client).some((start) => isStart(standing, start));
  if (isDone) return unchanged(json);
  if (goal === 'uninstall') {
    return { json, lines: [clean(`${none}: take ${serverName} out of ${client.file.key} in ${path} by hand`)] };
  }
  const how = standing.kind === 'entry' ? `in place of ${serverName} there` : 'beside what stands there';
  return { json, lines: [clean(`${none}: put this into ${path} by hand, ${how}:`), '', text] };
}

export function unchanged(json: HostAnswer): Installed<HostAnswer> {
  return { json: { ...json, change: 'unchanged' }, lines: [clean(`${json.file.path}: nothing to change`)] };
}

/** Returns what there is to know about a host and that goal, without a look at what stands in its file. */
export function about(context: Context, { name, own, file }: Client, goal: ClientRequest['goal']): HostAnswer {
  const words = own === null ? null : wordsOf(own, goal, startFor(context, own.waitSeconds));
  return {
    client: name,
    command:
      own === null || words === null ? null : { words: [own.program, ...words], line: commandLine(own.program, words) },
    file: {
      path: pathIn(context, { file }),
      format: file.format,
      text: fragment(file, serverName, startFor(context, file.waitSeconds)),
    },
  };
}

function wordsOf(own: OwnCommand, goal: ClientRequest['goal'], start: ServerStart): readonly string[] | null {
  return goal === 'install' ? own.add(serverName, start) : (own.remove?.(serverName) ?? null);
}
