import { dirname } from 'node:path';
import { expect } from 'vitest';
import { makeEndReader } from '../../../src/agents/claude/conversation-end.ts';
import { makeTranscriptReader, parseLine } from '../../../src/agents/claude/transcript.ts';
import { RolloutReader } from '../../../src/agents/codex/rollout-text.ts';
import { isObject, jsonIn } from '../../../src/system/json.ts';
import { expectId } from './expect-id.ts';
import { scratchFile } from './scratch-file.ts';
import type { Target } from './target.ts';

const id = 'a0000000-0000-4000-8000-000000000001';
const file = scratchFile('projects', '-home-me', `${id}.jsonl`);
const line = { type: 'user', cwd: '/home/me', sessionId: id, timestamp: '2026-07-01T09:00:00Z', version: '2.1.332' };
const lines = (...all: readonly object[]) => all.map((one) => `${JSON.stringify({ ...line, ...one })}\n`).join('');

/** Transcripts of Claude and rollouts of Codex: what a line says, or nothing. Any line may be torn, and any may be huge. */
export const transcripts: Target = {
  name: 'transcripts',
  seeds: [
    lines({ message: { content: '<command-name>/clear</command-name>' }, entrypoint: 'cli' }, { type: 'assistant' }),
    lines({ forkedFrom: { sessionId: 'b0000000-0000-4000-8000-000000000001' }, sessionKind: 'bg', isSidechain: false }),
    lines({}, { type: 'continued-in', continuedInSessionId: 'c0000000-0000-4000-8000-000000000001' }),
    lines({ relocatedCwd: '/home/me/x', worktreeSession: { worktreePath: '/home/me/w' } }).slice(0, -5),
    `${JSON.stringify({ type: 'session_meta', payload: { cwd: '/home/me', thread_source: 'subagent' } })}\n` +
      `${JSON.stringify({ type: 'turn_context', payload: { cwd: '/home/you', parent_thread_id: id } })}\n`,
  ],
  parse: (text) => read(text),
  check: (text) => {
    const { found, others, end, rollout } = read(text);
    // In a file half a letter is no letter.
    const said = Buffer.from(text).toString().split('\n').map(jsonIn).filter(isObject);
    // The reader takes any fault of a file for no transcript, so the lines are parsed here as well.
    for (const one of text.split('\n')) parseLine(one);
    const holds = (key: string, value: unknown) => value === null || said.some((one) => one[key] === value);
    expect(others).toEqual([]);
    if (found !== undefined) {
      const { cwd, version, entrypoint, bornAt, beginning } = found;
      expect([holds('cwd', cwd), holds('version', version), holds('entrypoint', entrypoint)]).toEqual([
        true,
        true,
        true,
      ]);
      const times = said.map((one) => Date.parse(String(one['timestamp'])));
      expect(bornAt === null || times.includes(bornAt)).toBe(true);
      if (beginning.kind === 'branch') expectId('claude', beginning.parent);
    }
    expectId('claude', end?.continuedIn ?? null);
    expect(end === null || end.continuedIn === null || holds('continuedInSessionId', end.continuedIn)).toBe(true);
    const cwds = said.map(({ payload }) => (isObject(payload) ? payload['cwd'] : null));
    expect(rollout?.cwd == null || cwds.includes(rollout.cwd)).toBe(true);
  },
};

function read(text: string) {
  file.write(text);
  const root = dirname(dirname(dirname(file.path)));
  const [found, ...others] = makeTranscriptReader().read({ id, path: file.path, root, stat: null });
  return { found, others, end: makeEndReader().read(file.path), rollout: new RolloutReader().read(file.path) };
}
