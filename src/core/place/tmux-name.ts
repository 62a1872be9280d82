import { behaviourOf, isRelease, tmuxVersions, type TmuxBehaviour } from './tmux-versions.ts';

/**
 * Returns the names under which tmux may list a session that was asked for as `written`, that word first. Names are then
 * compared exactly: tmux's own targets match by prefix, so `foo` would answer for `foo_bar`.
 * @param version of the server; `null`: any. One between two releases may do as either, so every spelling counts.
 */
export function listedAs(written: string, version: string | null): readonly string[] {
  if (/^[\w-]+$/.test(written)) return [written];
  const rows = version !== null && isRelease(version) ? [behaviourOf(version)] : tmuxVersions;
  return [...new Set([written, ...rows.flatMap((row) => escaped(written, row))])];
}

/**
 * Escapes as tmux's `session_check_name` (`clean_name` from 3.7 on): vis(3) with C style. Which letters outside ASCII
 * cannot be shown is the C library's word, so both answers count.
 */
function escaped(written: string, { dotsInNames, dollarsInNames }: TmuxBehaviour): readonly string[] {
  const dots = dotsInNames === 'become _' ? written.replaceAll(/[.:]/g, '_') : written;
  // oxlint-disable-next-line no-control-regex -- control characters are what is escaped
  const visible = dots.replaceAll(/[\u0000-\u001f\u007f\\]/g, (letter) => named.get(letter) ?? octal(letter));
  const name = dollarsInNames === 'are escaped' ? visible.replaceAll(/\$(?=[A-Za-z_{])/g, '\\$$') : visible;
  return [name, name.replaceAll(/[\p{Cc}\p{Cn}\p{Zl}\p{Zp}]/gu, octal)];
}

const named = new Map([
  ['\\', '\\\\'],
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\v', '\\v'],
  ['\u0007', '\\a'],
]);

/** Returns each byte of a letter as `\302`. */
function octal(letter: string): string {
  const bytes = new TextEncoder().encode(letter);
  return [...bytes].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}
