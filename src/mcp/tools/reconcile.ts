import { reconcileOnce } from '../../operations/work/reconcile-once.ts';
import { session, toggle } from '../input.ts';
import { makeTool } from '../tool.ts';

export const reconcileTool = makeTool({
  name: 'reconcile',
  title: 'Look once and repair',
  description: 'One pass: looks at tmux and the agents, repairs the registry, answers what is new.',
  readOnly: false,
  input: { dry_run: toggle('look only, write nothing'), ...session },
  run: (context, { dry_run: dryRun = false, session: name = null }, call) =>
    reconcileOnce(context, { dryRun, session: name }, call),
});
