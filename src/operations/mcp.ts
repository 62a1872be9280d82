import { exitCode } from '../errors.ts';
import type { Operation } from './operation.ts';

export const mcp: Operation = {
  name: 'mcp',
  summary: 'the MCP server on stdio, for Hermes workers and other agents',
  isServer: true,
  flags: [],
  async *run(context) {
    await context.serve();
    // Nothing but the protocol was on stdout, and nothing else follows it.
    yield { json: undefined, text: '', exit: exitCode.done };
  },
};
