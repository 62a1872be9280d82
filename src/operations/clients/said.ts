import { clean, cutTo } from '../../core/words/text.ts';
import { serverName } from '../../core/words/server-name.ts';
import { HostError } from '../../errors.ts';
import type { HostAnswer } from '../../hermes/setup/answers.ts';
import type { Client } from './client.ts';
import type { Said } from './run-own.ts';

/** What a host says about one entry is a few lines; bytes. */
const longestAnswer = 2_000;

/** Returns what a host said, as lines that are safe to print: without control characters and without secrets. */
export function linesOf({ text }: Said): readonly string[] {
  return cutTo(text, longestAnswer)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => masked(clean(line.trimEnd())));
}

/**
 * Returns what a host says of our server alone. Its list has the commands and addresses of other servers too, and an
 * entry's variables: both hold keys.
 */
export function verdictIn({ code, text }: Said): string {
  const [front = ''] = text.split(/^\s*Environment:/m);
  const lines = linesOf({ code, text: front.split('\n').filter(isVerdict).join('\n') });
  return lines.length === 0 ? `it says nothing of ${serverName}` : lines.map((line) => line.trim()).join(' ');
}

/** Returns the error for a host whose command did not do what it is for. */
export function refused({ title }: Client, json: HostAnswer, reason: string, said: Said | null): HostError {
  return new HostError(`${title} did not do it, ${reason}${said === null ? '' : `: ${refusalIn(said)}`}`, {
    where: json.command?.line ?? json.file.path,
    cure: 'run that by hand, or edit the file by hand; docs/hosts.md says which',
  });
}

/** Returns why a host refused: its line about our server, else its first one. What follows may quote its settings. */
function refusalIn(said: Said): string {
  const lines = linesOf(said).map((line) => line.trim());
  return lines.find((line) => line.includes(serverName)) ?? lines[0] ?? 'it said nothing';
}

function isVerdict(line: string): boolean {
  // Marks may stand before the name; the name alone is the heading of what follows.
  const [, behind] = new RegExp(`^\\W*${serverName}(?![\\w-])(.*)`).exec(line) ?? [];
  return (behind !== undefined && /\w/.test(behind)) || /^\s*(Status|Issue):/.test(line);
}

/** Returns a line without the values of settings, queries of addresses and what stands behind the names of keys. */
function masked(line: string): string {
  return line
    .replace(/\?\S+/g, '?***')
    .replace(/=.*/, '=***')
    .replace(/("\s*:\s*)".*/, '$1***')
    .replace(/(:\/\/)[^\s/@]+@/g, '$1***@')
    .replace(/(\b(?:bearer|basic)|-[\w-]*(?:key|token|secret|password|auth)[\w-]*:?)\s+\S+/gi, '$1 ***');
}
