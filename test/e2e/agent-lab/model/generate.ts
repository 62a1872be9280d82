import { z } from 'zod';
import { textOf, type Protocol, type Step } from './protocol.ts';

const part = z.looseObject({ text: z.string().optional(), functionResponse: z.unknown().optional() });
const question = z.looseObject({
  tools: z
    .array(z.looseObject({ functionDeclarations: z.array(z.looseObject({ name: z.string() })).default([]) }))
    .default([]),
  contents: z.array(z.looseObject({ role: z.string().optional(), parts: z.array(part).default([]) })).default([]),
});

const shellTool = 'run_shell_command';

/** Google's `generateContent` and `streamGenerateContent`, of Gemini CLI. */
export const generate: Protocol = {
  path: 'enerateContent',
  read: (body, path) => {
    const { tools, contents } = question.parse(body);
    const users = contents.filter(({ role }) => role !== 'model').map(({ parts }) => parts);
    // Gemini CLI puts its environment in front of what the user typed, as the user's.
    const last = users.findLastIndex((parts) => typedIn(parts) !== '');
    const names = tools.flatMap(({ functionDeclarations }) => functionDeclarations.map(({ name }) => name));
    return {
      model: /models\/([^:]+):/.exec(path)?.[1] ?? 'scripted',
      stream: path.includes('stream'),
      prompt: typedIn(users[last] ?? []),
      results: users.slice(last + 1).flatMap((parts) => parts.filter((one) => one.functionResponse)).length,
      shell: names.includes(shellTool) ? (command) => ({ name: shellTool, input: { command } }) : null,
    };
  },
  whole,
  events: (step, model) => [{ name: null, data: whole(step, model) }],
};

function typedIn(parts: readonly z.infer<typeof part>[]): string {
  return textOf(parts.filter(({ text = '' }) => !text.trimStart().startsWith('<'))).trim();
}

function whole(step: Step, modelVersion: string): object {
  const said = step.kind === 'say' ? { text: step.text } : { functionCall: { name: step.name, args: step.input } };
  return {
    candidates: [{ index: 0, content: { role: 'model', parts: [said] }, finishReason: 'STOP' }],
    usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 5, totalTokenCount: 15 },
    modelVersion,
  };
}
