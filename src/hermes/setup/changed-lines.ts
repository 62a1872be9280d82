/**
 * Returns the lines that differ between two texts, each after its `-` or `+`, with the number of the first one above.
 */
export function changedLines(before: string, after: string): readonly string[] {
  const [was, is] = [before.split('\n'), after.split('\n')];
  let start = 0;
  while (start < Math.min(was.length, is.length) && was[start] === is[start]) start += 1;
  let same = 0;
  while (same < Math.min(was.length, is.length) - start && was.at(-1 - same) === is.at(-1 - same)) same += 1;
  const gone = was.slice(start, was.length - same).map((line) => `-${line}`);
  const come = is.slice(start, is.length - same).map((line) => `+${line}`);
  return [`@@ line ${start + 1}`, ...gone, ...come].map((line) => line.replace(/\r$/, ''));
}
