import { expect } from 'vitest';
import { clean } from '../../../src/core/words/text.ts';
import { following, isBefore, parseReport, reportOf, reportText } from '../../../src/observe/reports/report-text.ts';
import { expectId } from './expect-id.ts';
import type { Target } from './target.ts';

const report = {
  agent: 'claude',
  event: 'SessionStart',
  host: 'h',
  id: 'a0000000-0000-4000-8000-000000000001',
  source: 'clear',
  tmux: '/tmp/tmux-0/default,812,0',
  pane: '%1',
  entrypoint: 'cli',
  init: '12',
  moment: [8123, 812],
};
const now = 1_782_892_800_000;

/** A report of an agent's hook or of a wrapper: fields in their forms, or none. Written and read again it says the same. */
export const agentReport: Target = {
  name: 'agent-report',
  seeds: [
    JSON.stringify(report),
    JSON.stringify({
      ...report,
      agent: 'opencode',
      event: 'waiting',
      waiting_for: 'question',
      since: now - 5,
      id: 'ses_1',
    }),
    JSON.stringify({ agent: 'x-agent', event: 'end', args: '0123abcd', place: '0123456789abcdef', last_id: 'abcd' }),
    JSON.stringify({ ...report, changes: [now - 5, now - 4, now - 3, now - 2, now - 1], notification: 'idle_prompt' }),
  ],
  parse: parseReport,
  check: (text) => {
    const fields = parseReport(text);
    if (fields === null) return;
    expect(clean(JSON.stringify(fields))).toBe(JSON.stringify(fields));
    for (const one of [fields.id, fields.last_id]) expectId(fields.agent, one);
    expect(parseReport(reportText(fields))).toEqual(fields);
    expect(isBefore(fields, fields)).toBe(false);
    const { id, at, paneId } = reportOf(fields, { at: now - 1, now, socket: null });
    expect([id, at]).toEqual([fields.id, now - 1]);
    expect(paneId ?? '%0').toMatch(/^%\d+$/);
    const next = following({ fields, at: now - 1 }, { ...fields, id: null }, now);
    expect(next.last_id).toBe(fields.id ?? fields.last_id);
    expect(parseReport(reportText(next))).toEqual(next);
  },
};
