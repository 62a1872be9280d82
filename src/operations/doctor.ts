import { clean } from '../core/words/text.ts';
import { exitCode, UsageError } from '../errors.ts';
import type { DoctorAnswer } from './answers/doctor.ts';
import { knownClients } from './clients/known-clients.ts';
import type { Context } from './context.ts';
import type { Finding } from '../system/finding.ts';
import { textOf, type Input, type Operation } from './operation.ts';
import { painter } from './text/paint.ts';

const hostNames = knownClients.map(({ name }) => name);

export const doctor: Operation<DoctorAnswer> = {
  name: 'doctor',
  summary: 'check everything a run depends on, and say how to cure what is wrong',
  flags: [
    { name: 'profile', description: 'of Hermes (default: default)', value: { kind: 'text', placeholder: 'name' } },
    {
      name: 'hermes-home',
      description: 'default: $HERMES_HOME, else ~/.hermes',
      value: { kind: 'text', placeholder: 'dir' },
    },
    {
      name: 'client',
      description: `only whether that MCP host starts the server and sees its tools: ${hostNames.join(', ')}`,
      value: { kind: 'choice', choices: hostNames, placeholder: 'name' },
    },
  ],
  async *run(context, input) {
    const findings = await found(context, input);
    const paint = painter(context.output.color);
    const lines = findings.flatMap(({ ok, message, cure }) => [
      `${ok ? paint('green', 'ok ') : paint('red', 'bad')}  ${clean(message)}`,
      ...(ok || cure === null ? [] : [`     ${clean(cure)}`]),
    ]);
    const good = findings.every((finding) => finding.ok);
    yield { json: { findings }, text: lines.join('\n'), exit: good ? exitCode.done : exitCode.drift };
  },
};

async function found(context: Context, input: Input): Promise<readonly Finding[]> {
  const client = textOf(input, 'client');
  if (client !== null) {
    const other = ['profile', 'hermes-home'].find((flag) => input.values[flag] !== undefined);
    if (other !== undefined) {
      const cure = 'leave one of them out; `asm doctor --help` says what they are for';
      throw new UsageError(`\`--${other}\` has no meaning with \`--client\``, { cure });
    }
    const { checkClient } = await import('./clients/check-client.ts');
    return checkClient(context, client);
  }
  const { examine } = await import('./doctor/examine.ts');
  return examine(context, { root: textOf(input, 'hermes-home'), profile: textOf(input, 'profile') });
}
