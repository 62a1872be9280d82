import { expect, test } from 'vitest';
import { RegistryError } from '../../src/errors.ts';
import { Failures, showGoesOn, troubleLines, watchGoesOn, type GoesOn } from '../../src/watch/failures.ts';

test('what failed is said with its reason; a registry says where and what to do', () => {
  expect(troubleLines('a step on the card', new Error('the log is away'))).toEqual([
    'a step on the card failed, the watch goes on: the log is away',
  ]);
  const refused = new RegistryError('the registry is empty', { where: '/r.yaml', cure: 'bring it back' });
  expect(troubleLines('a pass', refused)).toEqual(['the registry is empty', '/r.yaml', 'bring it back']);
});

const full = () => Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
const locked = () => new RegistryError('the registry is locked', { cure: 'wait' });

/** Passes with these outcomes; `null` succeeds. @returns what was said of them */
function said(outcomes: readonly (Error | null)[], goesOn: GoesOn = watchGoesOn): readonly string[] {
  const lines: string[] = [];
  const failures = new Failures((line) => lines.push(line), goesOn);
  for (const error of outcomes) {
    failures.hear(
      error === null ? { kind: 'passed', result: null, isLast: false } : { kind: 'failed', error, isLast: false },
    );
    failures.hear({ kind: 'woken', isLast: false });
  }
  return lines;
}

test('a full disk at night does not end the watch; it is said once, and again after it was over', () => {
  const line = 'a pass failed, the watch goes on: ENOSPC: no space left on device, write';
  expect(said([null, full(), full(), full(), null, full(), null])).toEqual([line, line]);
});

test('a registry that cannot be written is said once, also from the start on', () => {
  expect(said([locked(), locked(), null])).toEqual(['the registry is locked', 'wait']);
});

test('a defect that shows before any pass has succeeded ends the watch; a later one is trouble', () => {
  const defect = () => new TypeError('no such thing');
  expect(() => said([defect()])).toThrow('no such thing');
  expect(() => said([locked(), defect()])).toThrow('no such thing');
  expect(said([null, defect(), null])).toEqual(['a pass failed, the watch goes on: no such thing']);
});

test('a command that shows passes ends with the first failure, and later with what is not the registry', () => {
  expect(() => said([locked()], showGoesOn)).toThrow('the registry is locked');
  expect(said([null, locked(), locked(), null], showGoesOn)).toEqual(['the registry is locked', 'wait']);
  expect(() => said([null, full()], showGoesOn)).toThrow('ENOSPC');
});
