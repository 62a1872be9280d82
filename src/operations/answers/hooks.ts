import * as z from 'zod';
import type { Fixed } from '../../core/model/fixed.ts';

/** The answer of `setup --hooks`. */
export const hooksAnswer = z.strictObject({
  commands: z
    .array(z.array(z.string()))
    .describe("the agent's own commands, each as its words; with `--yes` those that changed something"),
  ran: z.boolean().describe('they were run (`--yes`)'),
  settings: z
    .record(z.string(), z.unknown())
    .exactOptional()
    .describe("what goes into the agent's settings instead; absent with `--uninstall`"),
  also_in: z.string().exactOptional().describe("the agent's settings, if the hooks also stand there"),
});

export type HooksAnswer = Fixed<z.infer<typeof hooksAnswer>>;
