/**
 * Returns the name under which tmux lists a session that was asked for as `written`: up to 3.6 it replaces and escapes.
 * Names are then compared exactly. tmux's own targets match by prefix, so `foo` would answer for `foo_bar`.
 */
export function listedAs(written: string, version: string): string {
  if (/^[\w-]*$/.test(written)) return written;
  const [, major, minor] = /(\d+)\.(\d+)/.exec(version) ?? [];
  const keepsNames = Number(major) > 3 || (Number(major) === 3 && Number(minor) > 6);
  return keepsNames ? written : escaped(written);
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

/**
 * Escapes as tmux's `session_check_name`: `.` and `:` would be read as parts of a target; the rest is vis(3) with C
 * style, and a `$` that would begin the name of a variable.
 */
function escaped(written: string): string {
  const dots = written.replaceAll(/[.:]/g, '_');
  // oxlint-disable-next-line no-control-regex -- control characters are what is escaped
  const visible = dots.replaceAll(/[\u0000-\u001f\u007f\\]/g, (character) => {
    const octal = character.charCodeAt(0).toString(8).padStart(3, '0');
    return named.get(character) ?? `\\${octal}`;
  });
  return visible.replaceAll(/\$(?=[A-Za-z_{])/g, '\\$$');
}
