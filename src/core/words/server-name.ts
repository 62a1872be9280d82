/** What hosts call the MCP server of this program: each puts it before the names of the tools. */
export const serverName = 'agent_sessions_monitor';
