import type { AgentFolders } from '../../core/model/agent-folders.ts';

export const agyFolders: AgentFolders = {
  agent: 'agy',
  key: 'root',
  isList: false,
  title: "Antigravity's folder",
  usual: '~/.gemini/antigravity-cli',
  variable: null,
};
