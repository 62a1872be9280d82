import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkHooks } from '../../../src/operations/doctor/check-hooks.ts';
import { put, scratchFolder } from '../../observe/scratch.ts';

const plugin = 'agent-sessions-reports@agent-sessions-monitor';

test('doctor knows whether Claude Code reports, and whether its plugin would load', () => {
  const home = scratchFolder();
  const [settings, dist] = [join(home, '.claude/settings.json'), join(home, 'dist/claude-code')];
  const found = () => checkHooks({ env: {}, home });
  expect(found(), 'no Claude').toEqual([]);
  put(settings, '{}');
  const off = { ok: true, message: 'Claude Code does not report: asm setup --hooks claude-code --yes' };
  expect(found()).toMatchObject([off]);
  put(settings, JSON.stringify({ enabledPlugins: { [plugin]: false } }));
  expect(found()).toMatchObject([off]);
  put(settings, JSON.stringify({ enabledPlugins: { [plugin]: true } }));
  put(
    join(home, '.claude/plugins/known_marketplaces.json'),
    JSON.stringify({ 'agent-sessions-monitor': { installLocation: dist } }),
  );
  expect(found(), 'the installation is gone').toMatchObject([
    {
      ok: false,
      message: 'Claude Code: its plugin that reports does not load',
      cure: 'asm setup --hooks claude-code --yes',
    },
  ]);
  put(join(dist, 'plugin/hooks/report.sh'), '');
  expect(found()).toMatchObject([{ ok: true, message: 'Claude Code reports by its plugin' }]);
  put(settings, `{"hooks":"f=${dist}/plugin/hooks/report.sh"}`);
  expect(found()).toMatchObject([{ ok: true, message: `Claude Code reports by ${settings}` }]);
  expect(checkHooks({ env: { CLAUDE_CONFIG_DIR: join(home, 'other') }, home })).toEqual([]);
});
