import { expect, test } from 'vitest';
import { aProcess, aSession, aTree, deadPids, defaultSocket, listed, trees } from '../../core/world.ts';
import { served } from '../fake-server.ts';

const registry = `sessions:
  shop: { agent: claude, status: running, pane: { pid: 9001 }, delegate_job_id: job-1 }
  odd: { status: paused }
  far: { agent: agy, status: running, host: lab2, agent_identities: { agy: { conversation_id: c-1 } } }
`;

test('says of every session its agent, state, conversation and job, and writes nothing', async () => {
  const { call, read, logged } = served({ registry, sees: { panes: deadPids(9001) } });
  expect(await call('status')).toMatchInlineSnapshot(`
    "shop · claude · gone · job 1 unknown · no id · job job-1
    odd · ? · left alone · no id
    far · agy · elsewhere (lab2) · c-1"
  `);
  expect(read()).toBe(registry);
  expect(await logged()).toEqual([]);
});

test('of one session, and of none', async () => {
  const { call } = served({ registry });
  expect(await call('status', { session: 'odd' })).toMatchInlineSnapshot(`"odd · ? · left alone · no id"`);
  expect(await call('status', { session: 'ood' })).toMatchInlineSnapshot(`
    "error: there is no session ood
    did you mean odd? \`asm status\` shows the sessions there are"
  `);
  expect(await served().call('status')).toBe('no sessions');
});

test('names what runs and has no entry: else a newcomer hears that there is nothing', async () => {
  const sees = {
    sockets: new Map([[defaultSocket, listed([aSession('blog-creator-claude')])]]),
    panes: trees(aTree(aProcess(1001))),
  };
  const { call, read } = served({ sees });
  const line =
    'not in the registry yet: blog-creator-claude. To register: agent-sessions-monitor --registry /home/me/registry.yaml reconcile';
  expect(await call('status')).toBe(line);
  expect(read()).toBe('sessions: {}\n');
});

test('of many sessions as many as 4 KB hold', async () => {
  const many = Array.from({ length: 200 }, (_, index) => `  s${index}: { agent: claude, status: terminated }\n`);
  const { call } = served({ registry: `sessions:\n${many.join('')}` });
  const lines = (await call('status')).split('\n');
  expect(lines[0]).toBe('s0 · claude · terminated · no id');
  expect(lines.at(-1)).toMatch(/^… and \d+ more lines: agent-sessions-monitor --registry \S+ status$/);
});
