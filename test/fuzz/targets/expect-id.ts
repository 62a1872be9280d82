import { expect } from 'vitest';
import { codingAgents } from '../../../src/agents/index.ts';

/** Asserts that an id has the form of that agent's ids: no flag, no path, nothing that a shell or YAML reads. */
export function expectId(agent: string, id: string | null): void {
  if (id === null) return;
  expect(id).toMatch(/^[A-Za-z\d][\w.-]{3,127}$/);
  const isId = codingAgents.find(({ facts }) => facts.name === agent)?.isId;
  expect(isId?.(id)).not.toBe(false);
}
