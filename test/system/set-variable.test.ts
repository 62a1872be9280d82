import { expect, test } from 'vitest';
import { setVariable, withoutTemplates } from '../../src/system/set-variable.ts';

const env = { HERMES_HOME: '${HERMES_HOME}', HOME: '/home/me', EMPTY: '', ABSENT: undefined, MIXED: '${HOME}/lab' };

test('an unfilled template counts as not set, and reaches no child', () => {
  expect(setVariable(env, 'HERMES_HOME')).toBeNull();
  expect(setVariable(env, 'HOME')).toBe('/home/me');
  expect(setVariable(env, 'EMPTY')).toBeNull();
  expect(withoutTemplates(env)).toEqual({ HOME: '/home/me', EMPTY: '', ABSENT: undefined, MIXED: '${HOME}/lab' });
});
