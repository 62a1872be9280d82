import { clean, shellQuote } from '../../core/words/text.ts';
import { HostError } from '../../errors.ts';
import { serverName } from '../../core/words/server-name.ts';
import type { Context } from '../context.ts';
import type { Client } from './client.ts';
import type { Standing } from './entry-text.ts';
import { commandLine } from './run-own.ts';
import { pathIn, stateVariable } from './standing.ts';

/** Returns the error for an entry that set-up did not write, or wrote from another state folder: it is left alone. */
export function foreign(context: Context, client: Client, standing: Standing): HostError {
  const other = otherState(context, standing);
  const path = pathIn(context, client);
  const by = other === null ? 'asm setup did not write' : `was not written from this state folder, but names ${other}`;
  const remove = `if it is not needed any more: ${removal(client, path)}`;
  const there = `${stateVariable}=${shellQuote(other ?? '')} asm setup --client ${client.name} --uninstall`;
  return new HostError(clean(`nothing was done: an entry ${serverName} stands there that ${by}`), {
    where: path,
    cure: clean(other === null ? remove : `${remove}; or by what wrote it: ${there}`),
  });
}

/** Returns what takes an entry out, whatever wrote it: the host's command, or words for a person. */
export function removal({ own, file }: Client, path: string): string {
  const words = own?.remove?.(serverName) ?? null;
  return own === null || words === null
    ? `take ${serverName} out of ${file.key} in ${path} by hand`
    : commandLine(own.program, words);
}

function otherState({ settings }: Context, standing: Standing): string | null {
  const named = standing.kind === 'entry' ? standing.start?.env[stateVariable] : undefined;
  return named === undefined || named === settings.stateDir ? null : named;
}
