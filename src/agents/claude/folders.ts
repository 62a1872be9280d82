import type { AgentFolders } from '../../core/model/agent-folders.ts';

export const claudeFolders: AgentFolders = {
  agent: 'claude',
  key: 'roots',
  isList: true,
  title: "Claude's folders",
  usual: '~/.claude',
  variable: 'CLAUDE_CONFIG_DIR',
};
