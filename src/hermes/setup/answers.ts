import * as z from 'zod';
import type { Fixed } from '../../core/model/fixed.ts';

const change = z.enum(['changed', 'unchanged']);

const files = z.strictObject({
  folder: z.string(),
  written: z.array(z.string()).describe('files'),
  removed: z.array(z.string()).describe('files'),
  left: z.array(z.string()).describe('files that are not ours'),
});

/** The answer of `setup` for a profile of Hermes. */
export const installAnswer = z.strictObject({
  profile: z.string().exactOptional().describe('with `--lean`: the profile that was made'),
  config: z.string().describe("Hermes' config file"),
  change: z
    .enum(['changed', 'unchanged', 'foreign'])
    .describe('`foreign`: it is not ours, and is left alone; only with `--print` and `--lean`'),
  lines: z.array(z.string()).describe('what changes in it; `+` before a new line, `-` before an old one'),
  skill: files.describe('the skill beside it'),
});

/** The answer of `setup --plugin`. */
export const pluginAnswer = z.strictObject({
  config: z.string().describe("Hermes' config file"),
  change,
  lines: z.array(z.string()).describe('what changes in it; `+` before a new line, `-` before an old one'),
  plugin: files.describe('the folder of the plugin'),
});

/** The answer of `setup --lean --print`: the command and the settings. */
export const leanAnswer = z.strictObject({
  command: z.array(z.string()),
  settings: z.array(z.string()).describe('keys of the config and their values'),
});

/** The answer of `setup --service`. */
export const serviceAnswer = z.strictObject({
  unit: z.string().exactOptional().describe("the unit's text; absent with `--uninstall`"),
  path: z.string().exactOptional().describe('where it stands; absent where it is only printed'),
  change: change.exactOptional(),
});

/** The answer of `setup --client` for a host of the table. */
export const hostAnswer = z.strictObject({
  client: z.string(),
  command: z
    .strictObject({
      words: z.array(z.string()),
      line: z.string().describe('the same, to be pasted into a shell'),
    })
    .nullable()
    .describe("the host's own command; null: it has none"),
  file: z
    .strictObject({
      path: z.string(),
      format: z.enum(['json', 'toml', 'yaml']),
      text: z.string().describe('the entry, with the keys above it'),
    })
    .describe('where the host keeps its MCP servers'),
  change: change.exactOptional().describe('absent where it was only shown'),
  said: z.string().exactOptional().describe('what the host printed'),
  dropped: z
    .strictObject({
      names: z.array(z.string()).readonly(),
      kept: z.string().describe('the file that has the former entry'),
    })
    .exactOptional()
    .describe('with `--uninstall`: what the user had added to the entry, and went with it'),
});

/** The answer of `setup --client mcp-json`. */
export const clientAnswer = z.strictObject({
  mcpServers: z
    .record(
      z.string(),
      z.strictObject({
        command: z.string(),
        args: z.array(z.string()),
        env: z.record(z.string(), z.string()),
      }),
    )
    .describe('by name of the server, as most MCP hosts read it'),
});

export type HostAnswer = Fixed<z.infer<typeof hostAnswer>>;
export type InstallAnswer = Fixed<z.infer<typeof installAnswer>>;
export type PluginAnswer = Fixed<z.infer<typeof pluginAnswer>>;
export type SetupAnswer =
  | InstallAnswer
  | PluginAnswer
  | Fixed<z.infer<typeof leanAnswer>>
  | Fixed<z.infer<typeof serviceAnswer>>
  | HostAnswer
  | Fixed<z.infer<typeof clientAnswer>>;
