import { join } from 'node:path';
import { regularText } from '../../system/read-regular.ts';
import { bad, good, type Finding } from '../../system/finding.ts';
import { askPython, type HermesWorld } from './hermes-world.ts';

/** Checks for Hermes' extra `mcp`: without it a worker has no MCP tools, and no log says so. */
export async function checkExtra({ context }: Pick<HermesWorld, 'context'>): Promise<Finding> {
  const python = await pythonOf(context.settings.hermes.command, context.env['PATH'] ?? '');
  if (python === null) return good('hermes-mcp', "not asked: Hermes' own Python was not found");
  const { code } = await askPython(python, ['-c', 'import mcp'], context);
  if (code === 0) return good('hermes-mcp', "Hermes' mcp extra is installed");
  return bad(
    'hermes-mcp',
    'Hermes lacks its mcp extra: a worker does not get the tools',
    "pip install 'hermes-agent[mcp]'",
  );
}

/** Finds Hermes' Python by the first line of its program. */
async function pythonOf(command: string, path: string): Promise<string | null> {
  const places = command.includes('/') ? [command] : path.split(':').map((folder) => join(folder, command));
  for (const place of places) {
    const text = regularText(place);
    if (text !== null) return /^#!(\S*python\S*)/.exec(text)?.[1] ?? null;
  }
  return null;
}
