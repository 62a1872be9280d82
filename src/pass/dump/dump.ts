import * as z from 'zod';
import { isEqual } from '../../core/model/equal.ts';
import { fromJson, toJson, type Json } from '../../core/model/plain-json.ts';
import type { Plan, PlanInput } from '../../core/model/plan.ts';
import { plan } from '../../core/plan/make-plan.ts';
import { UsageError } from '../../errors.ts';
import { withoutArguments } from './without-arguments.ts';
import { redact } from './redact.ts';

/**
 * What one pass saw, in a file: from it the same plan is made on any machine at any time. It holds the entries of the
 * registry as they were read, the observation, the memory, the ledger, the settings, the clock, and the plan; with the
 * names, ids, hosts and paths in them.
 *
 * It never holds texts or titles of conversations, titles of panes, environments, or arguments of processes: an
 * observation has none of them but the arguments, and those are left out (`withoutArguments`).
 */
export interface Dump {
  readonly input: PlanInput;
  /** The plan that was made from the input. */
  readonly plan: Plan;
  readonly isRedacted: boolean;
}

/** Makes the dump of a pass. Redacted, its plan is made anew from the redacted input. */
export function dumpOf(made: { readonly input: PlanInput; readonly plan: Plan }, isRedacted: boolean): Dump {
  const input = withoutArguments(made.input);
  if (!isRedacted) return { input, plan: made.plan, isRedacted };
  const other = redact(input);
  return { input: other, plan: plan(other), isRedacted };
}

/** Names the parts in which two plans differ. */
export function differences(one: Plan, other: Plan): readonly string[] {
  const [before, after] = [partsOf(one), partsOf(other)];
  return [...new Set([...before.keys(), ...after.keys()])].filter(
    (part) => !isEqual(before.get(part), after.get(part)),
  );
}

function partsOf(made: Plan): ReadonlyMap<string, Json> {
  return new Map(Object.entries(made).map(([part, value]) => [part, toJson(value)]));
}

const kind = 'agent-sessions-monitor dump';

/** Raised with each change after which older dumps cannot be planned on. */
const version = 1;

/**
 * Returns the text of a dump.
 * @param program the version that writes it
 */
export function dumpText({ input, plan: made, isRedacted }: Dump, program: string): string {
  const document = { kind, version, program, redacted: isRedacted, input: toJson(input), plan: toJson(made) };
  return `${JSON.stringify(document, null, 1)}\n`;
}

/**
 * Parses a dump.
 * @param json the content of the file
 * @param path for the message
 * @throws UsageError if it is no dump, or one of another version
 */
export function parseDump(json: unknown, path: string): Dump {
  const document = dumpSchema.safeParse(json);
  if (!document.success) {
    throw new UsageError('this is no dump', { where: path, cure: 'name a file that `asm explain --dump` wrote' });
  }
  if (document.data.version !== version) {
    const message = `this dump is of version ${document.data.version}, and this program reads version ${version}`;
    const program = document.data.program;
    throw new UsageError(message, { where: path, cure: `replay it with agent-sessions-monitor ${program}` });
  }
  try {
    const { input, plan: made } = contentSchema.parse({
      input: fromJson(document.data.input),
      plan: fromJson(document.data.plan),
    });
    return { input, plan: made, isRedacted: document.data.redacted };
  } catch (error) {
    throw damaged(path, error);
  }
}

/**
 * Plans on a dump, by its own clock.
 * @throws UsageError if its content makes that impossible
 */
export function replay({ input }: Dump, path: string): Plan {
  try {
    return plan(input);
  } catch (error) {
    throw damaged(path, error);
  }
}

function damaged(path: string, cause: unknown): UsageError {
  const cure = 'make the dump again, or replay it with the version that wrote it';
  return new UsageError('this dump is damaged', { where: path, cure, cause });
}

const dumpSchema = z.object({
  kind: z.literal(kind),
  version: z.int(),
  program: z.string(),
  redacted: z.boolean(),
  // A file that was parsed holds nothing but JSON. `z.json` would drop a key named `__proto__`.
  input: z.custom<Json>((value) => value !== undefined),
  plan: z.custom<Json>((value) => value !== undefined),
});

/** The parts of a dump; their content is not checked, because this program wrote the file. */
const contentSchema = z.object({
  input: z.custom<PlanInput>((input) => inputSchema.safeParse(input).success),
  plan: z.custom<Plan>((made) => planSchema.safeParse(made).success),
});

const inputSchema = z.object({
  registry: z.object({ path: z.string(), entries: z.array(z.object({ session: z.string() })) }),
  observation: z.object({ at: z.number(), host: z.string(), sockets: z.map(z.string(), z.unknown()) }),
  formerMemory: z.object({ entries: z.record(z.string(), z.unknown()) }),
  ledger: z.object({ open: z.map(z.string(), z.unknown()) }),
  settings: z.object({ registerPattern: z.instanceof(RegExp) }),
  now: z.number(),
});

const planSchema = z.object({ drifts: z.array(z.object({ key: z.string() })), verdicts: z.array(z.unknown()) });
