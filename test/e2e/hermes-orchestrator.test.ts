import { expect, test } from 'vitest';
import { HermesWorld } from './hermes-world.ts';
import { startModel } from './scripted-model.ts';

const tool = (name: string): string => `mcp__agent_sessions_monitor__${name}`;
const then = (after: string, next: object): object => ({ when: { after_tool: tool(after) }, do: next });

test('an agent without a card looks, would reconcile, and has it explained: nothing is written', async () => {
  const world = new HermesWorld();
  try {
    const asked = await startModel(world, {
      rules: [
        then('explain', { say: 'That is what runs.' }),
        then('reconcile', { call: tool('explain'), args: { session: 'shop-creator-claude' } }),
        then('status', { call: tool('reconcile'), args: { dry_run: true } }),
        { when: { tool_offered: tool('status') }, do: { call: tool('status') } },
      ],
      default: { say: 'The tools are missing.' },
    });
    expect(await world.run(['setup'])).toMatchObject({ code: 0, stderr: '' });
    await world.openSession('shop-creator-claude');
    const text =
      'sessions:\n  gone-creator-claude: { agent: claude, status: running }\n  shop-creator-claude: { agent: claude, status: running }\n';
    world.writeRegistry(text, 30);
    const agent = world.startOther(world.wholeHermes, ['chat', '-q', 'What runs?', '-Q']);
    expect(await agent.exited, agent.stderr()).toBe(0);
    expect(agent.stdout()).toContain('That is what runs.');
    const heard = asked()
      .map((call) => JSON.stringify(call))
      .join('\n');
    expect(heard).toContain('gone-creator-claude · claude · gone · no id');
    expect(heard).toContain('gone-creator-claude: tmux gone. Would be marked terminated.');
    expect(heard).toContain('complete list of 1 session');
    expect(world.readRegistry()).toBe(text);
  } finally {
    await world.close();
  }
}, 300_000);
