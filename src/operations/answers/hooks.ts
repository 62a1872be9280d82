import * as z from 'zod';
import type { Fixed } from '../../core/model/fixed.ts';

/** The answer of `setup --hooks`. */
export const hooksAnswer = z.strictObject({
  commands: z.array(z.array(z.string())).describe("the agent's own commands, each as its words"),
  ran: z.boolean().describe('they were run (`--yes`)'),
  settings: z
    .record(z.string(), z.unknown())
    .exactOptional()
    .describe("what goes into the agent's settings instead; absent with `--uninstall`"),
});

export type HooksAnswer = Fixed<z.infer<typeof hooksAnswer>>;
