// The plugin for Claude Code, and the marketplace from which Claude's own commands install it.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './prepare.mjs';

const { description, license, name: owner, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const name = 'agent-sessions-reports';
const about = 'Tells agent-sessions-monitor at once what this Claude does: hooks alone, no prompt, no output.';

/** Writes the marketplace into that folder. */
export function buildClaudePlugin(folder) {
  rmSync(folder, { recursive: true, force: true });
  const plugin = join(folder, 'plugin');
  cpSync(join(root, 'src/agents/claude/plugin'), plugin, { recursive: true });
  const author = { name: owner };
  write(join(plugin, '.claude-plugin'), 'plugin.json', { name, version, description: about, author, license });
  const plugins = [{ name, source: './plugin', description: about, version }];
  write(join(folder, '.claude-plugin'), 'marketplace.json', { name: owner, description, owner: author, plugins });
}

function write(folder, file, content) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, file), `${JSON.stringify(content, null, 2)}\n`);
}
