import { afterAll, beforeAll, describe, test } from 'vitest';
import { ClaudeWorld } from './claude-lab/claude-world.ts';
import { startModel, type ScriptedModel } from './claude-lab/model.ts';
import { life } from './claude-lab/scenarios/life.ts';
import { twoInOneFolder } from './claude-lab/scenarios/two-agents.ts';
import { claudeOf, type ClaudeVersion } from './claude-lab/versions.ts';

/** `npm run soak` names others. */
const versions = (process.env['CLAUDE_VERSIONS'] ?? 'pinned').split(' ');

interface Case {
  readonly does: string;
  readonly scenario: (world: ClaudeWorld) => Promise<void>;
  /** What a version must have for it. */
  readonly needs?: 'followsClear' | 'hasBackground' | 'changesFolder';
}

const cases: readonly Case[] = [
  { does: 'a session is followed from its start to its end, and back again', scenario: life },
  { does: 'two agents in one folder each keep their own', scenario: twoInOneFolder, needs: 'followsClear' },
];

let model: ScriptedModel;
beforeAll(async () => {
  model = await startModel();
});
afterAll(() => model.close());

describe.each(versions.map(claudeOf))('Claude Code $version', (claude: ClaudeVersion) => {
  test.concurrent.each(cases.filter(({ needs }) => needs === undefined || claude[needs]))(
    '$does',
    { timeout: 120_000 },
    async ({ scenario }) => {
      const world = new ClaudeWorld(claude, model);
      try {
        await scenario(world);
      } finally {
        await world.close();
      }
    },
  );
});
