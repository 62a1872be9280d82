import * as z from 'zod';
import { exitCode } from '../../errors.ts';
import type { Fixed } from '../../pass/document.ts';

export const doctorAnswer = z.strictObject({
  findings: z.array(
    z.strictObject({
      id: z.string().describe('what was checked'),
      ok: z.boolean(),
      message: z.string().describe('what was found'),
      cure: z.string().nullable().describe('what to do now; null where all is well'),
    }),
  ),
});

const change = z.enum(['changed', 'unchanged', 'foreign']).describe('`foreign`: it is not ours, and was left alone');

/** The answer of `setup` for a profile of Hermes. */
export const installAnswer = z.strictObject({
  profile: z.string().exactOptional().describe('with `--lean`: the profile that was made'),
  config: z.string().describe("Hermes' config file"),
  change,
  lines: z.array(z.string()).describe('what changes in it; `+` before a new line, `-` before an old one'),
  skill: z
    .strictObject({
      folder: z.string(),
      written: z.array(z.string()).describe('files'),
      removed: z.array(z.string()).describe('files'),
      left: z.array(z.string()).describe('files that are not ours'),
    })
    .describe('the skill beside it'),
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

/** The answer of `setup --client`. */
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

/** A failure, on stderr in place of an answer. */
export const failureAnswer = z.strictObject({
  error: z.strictObject({
    code: z.literal(Object.values(exitCode)).describe('the exit code'),
    message: z.string().describe('what went wrong'),
    where: z.string().nullable().describe('`path:line:column` of a registry, a flag, a file, an address'),
    cure: z.string().describe('what to do now'),
  }),
});

export type DoctorAnswer = Fixed<z.infer<typeof doctorAnswer>>;
