import { groupCounts } from '../../../core/words/counts.ts';
import { read } from './answers.ts';
import { h, plugins } from './sdk.ts';
import { Tab } from './tab.ts';
import { useAnswer } from './use-answer.ts';

/**
 * The tab in the dashboard of Hermes, and the counts beside its pages. `npm run gen` bundles it into
 * `src/hermes/plugin/dashboard`, where it is committed: Hermes clones the plugin and builds nothing.
 */
plugins.register('agent-sessions', Tab);
plugins.registerSlot?.('agent-sessions', 'header-right', Counts);

function Counts() {
  const { value } = useAnswer('status', read.status, 15_000);
  const counts = groupCounts(
    (value?.sessions ?? []).map(({ group }) => group),
    ['needs-you', 'working', 'idle', 'shell', 'alive', 'exited', 'gone', 'unknown'],
  );
  return counts === '' ? null : h('span', { className: 'agent-sessions counts', title: 'Agent sessions' }, counts);
}
