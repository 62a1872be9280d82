import { join } from 'node:path';
import { expect } from 'vitest';
import { claudeEvidence } from '../../../src/agents/claude/claude-evidence.ts';
import { makeLiveReader } from '../../../src/agents/claude/live-records.ts';
import { isObject, jsonIn } from '../../../src/system/json.ts';
import { makeFileReads } from '../../../src/system/file-reads.ts';
import { expectId } from './expect-id.ts';
import { scratchFile } from './scratch-file.ts';
import type { Target } from './target.ts';

const file = scratchFile('claude', 'sessions', '812.json');
const root = join(file.path, '../..');
const startedAt = 1_782_892_800_000;
const inPane = {
  pid: 812,
  ppid: 1,
  start: '8123',
  startedAt,
  processGroup: 812,
  foregroundGroup: 812,
  tty: 1,
  argv: ['claude'],
  exe: null,
  cwd: '/home/me',
  folders: {},
  home: null,
};
const record = {
  pid: 812,
  sessionId: 'a0000000-0000-4000-8000-000000000001',
  cwd: '/home/me',
  startedAt,
  procStart: '8123',
  version: '2.1.332',
  kind: 'interactive',
  entrypoint: 'cli',
  tmux: 'one:@1.%2',
  status: 'waiting',
  waitingFor: 'approve Bash',
  statusUpdatedAt: startedAt + 5,
  updatedAt: startedAt + 6,
};

/** Claude's record of a living process: of that very process, with an id in the form of ids, or of none. */
export const claudeRecord: Target = {
  name: 'claude-record',
  seeds: [
    JSON.stringify(record),
    JSON.stringify({ ...record, procStart: null, kind: 'bg', jobId: 'a0000000', parkedJobId: 'b0000000' }),
    JSON.stringify({ pid: 812, sessionId: record.sessionId, startedAt, status: 'busy', version: '2.1.123' }),
  ],
  parse: (text) => read(text, [inPane]),
  check: async (text) => {
    for (const processes of [[inPane], []]) {
      const { live, foreign } = await read(text, processes);
      const found = [...live.values(), ...foreign.values()];
      const [one, ...others] = found;
      expect(others).toEqual([]);
      if (one === undefined) continue;
      const said = jsonIn(text);
      expectId('claude', one.sessionId);
      expect(isObject(said) && [said['pid'], said['sessionId']]).toEqual([812, one.sessionId]);
      expect(one.procStart === '8123' || one.procStart === null).toBe(true);
      const roots = [{ path: root, exists: true, keepsRecords: true, cleanupDays: 30 }];
      const rest = { roots, artifacts: new Map(), transcripts: new Map(), ends: new Map(), unreadable: [] };
      const { holders } = claudeEvidence({ live, foreign, ...rest }, '/home/me');
      expect([...holders.keys()]).toEqual([812]);
    }
  },
};

function read(text: string, processes: readonly (typeof inPane)[]) {
  file.write(text);
  const startOf = () => Promise.resolve('8123');
  return makeLiveReader()({ roots: [root], processes, startOf, files: makeFileReads() });
}
