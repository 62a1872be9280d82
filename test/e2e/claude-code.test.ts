import { describe, test } from 'vitest';
import { ClaudeWorld } from './claude-lab/claude-world.ts';
import { startModel } from './agent-lab/model/model.ts';
import { attention } from './claude-lab/scenarios/attention.ts';
import { background } from './claude-lab/scenarios/background.ts';
import { dialogs } from './claude-lab/scenarios/dialogs.ts';
import { forks } from './claude-lab/scenarios/forks.ts';
import { hooks } from './claude-lab/scenarios/hooks.ts';
import { life, thereAndBack, thereAndBackUnseen } from './claude-lab/scenarios/life.ts';
import { resumes } from './claude-lab/scenarios/resumes.ts';
import { headless, twoInOneFolder, visitors, visitorsUnseen } from './claude-lab/scenarios/visitors.ts';
import { claudeOf, type ClaudeVersion } from './claude-lab/versions.ts';
import { isSoak } from './soak.ts';

/** A count of acts, as `hook-acts.ts` takes it, takes longer than a case may take else. */
const timeout = process.env['CLAUDE_ACTS'] === undefined ? 240_000 : 1_800_000;

/** `npm run soak` names other versions. */
const versions = (process.env['CLAUDE_VERSIONS'] ?? 'pinned').split(' ');

interface Case {
  readonly does: string;
  readonly scenario: (world: ClaudeWorld) => Promise<void>;
  /** What a version must have for this case. */
  readonly needs?: 'followsClear' | 'hasBackground';
  /** `npm run soak` alone runs it: it varies another case. */
  readonly isVariant?: true;
}

/** The long ones first: some run at the same time. */
const cases: readonly Case[] = [
  { does: 'an agent with our hook is followed at once, and never disturbed', scenario: hooks },
  { does: 'a session is followed from its start to its end, and back again', scenario: life },
  { does: 'a resume line goes where the conversation is', scenario: resumes },
  { does: 'a Claude without a conversation gets none of its folder', scenario: dialogs },
  { does: 'a conversation that moved to the background is not lost', scenario: background, needs: 'hasBackground' },
  { does: 'an agent that waits for its user is told of once, with what it waits for', scenario: attention },
  { does: 'headless runs in the folder of a session change nothing', scenario: headless, isVariant: true },
  { does: 'visitors in the folder of a session change nothing while they are there', scenario: visitors },
  { does: 'visitors that came and went between two looks change nothing', scenario: visitorsUnseen, isVariant: true },
  {
    does: 'two agents in one folder each keep their own',
    scenario: twoInOneFolder,
    needs: 'followsClear',
    isVariant: true,
  },
  { does: 'a fork is known by its own id, never by that of its parent', scenario: forks, isVariant: true },
  {
    does: '`/clear` and back to the first conversation is followed',
    scenario: thereAndBack,
    needs: 'followsClear',
    isVariant: true,
  },
  {
    does: '`/clear` and back between two looks changes nothing',
    scenario: thereAndBackUnseen,
    needs: 'followsClear',
    isVariant: true,
  },
];

for (const claude of versions.map(claudeOf)) {
  describe(`Claude Code ${claude.version}`, () => {
    for (const { does, scenario, needs, isVariant } of cases) {
      if ((needs !== undefined && !claude[needs]) || (isVariant && !isSoak)) continue;
      test.concurrent(does, { timeout }, () => inWorldOf(claude, scenario));
    }
  });
}

async function inWorldOf(claude: ClaudeVersion, scenario: Case['scenario']): Promise<void> {
  const model = await startModel();
  const world = new ClaudeWorld(claude, model);
  try {
    await scenario(world);
  } finally {
    await world.close();
    await model.close();
  }
}
