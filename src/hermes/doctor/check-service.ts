import { basename, join } from 'node:path';
import { shellQuote } from '../../core/words/text.ts';
import { regularText } from '../../system/read-regular.ts';
import type { HermesContext } from '../hermes-home.ts';
import { isAsWritten, isUnitOfOurs, unitFolder, unitName } from '../setup/service.ts';
import { readUnit, type UnitCommand } from '../setup/unit-words.ts';
import { askProgram } from '../../system/ask-program.ts';
import { bad, good, type Finding } from '../../system/finding.ts';
import { missingProgram, whichProgram } from '../../system/missing-program.ts';
import { namesOrNone } from '../../system/if-readable.ts';

/** Checks whether each unit of `setup --service` can still start; no checks without a unit. */
export async function checkService(context: HermesContext): Promise<readonly Finding[]> {
  const folder = unitFolder(context);
  const units = namesOrNone(folder).filter((name) => name.endsWith('.service'));
  const findings = await Promise.all(units.toSorted().map((name) => checkUnit(join(folder, name), context)));
  return findings.flatMap((finding) => finding ?? []);
}

async function checkUnit(path: string, context: HermesContext): Promise<Finding | null> {
  // A unit that is masked leads to /dev/null.
  const text = regularText(path) ?? '';
  if (!isUnitOfOurs(path, text)) return null;
  const unit = readUnit(text, context.home);
  const name = basename(path);
  const wrong = whatIsMissing(unit, context);
  if (wrong !== null) {
    const restart = `systemctl --user daemon-reload; systemctl --user restart ${name}`;
    return bad('service', `service ${path}: ${wrong}`, `${anew(path, text, unit)}; then: ${restart}`);
  }
  // Without systemd there is no answer.
  const { stdout } = await askProgram('systemctl', ['--user', 'is-failed', name], context.signal, { env: context.env });
  if (stdout.trim() === 'failed')
    return bad('service', `service ${path}: it has failed`, `journalctl --user -u ${name} says why`);
  return good('service', `service ${path}: what it starts is there`);
}

function whatIsMissing({ words, env }: UnitCommand, { settings }: HermesContext): string | null {
  const path = env['PATH'];
  if (words.length === 0) return 'it starts nothing, or cannot be read';
  const missing = missingProgram(words, path);
  if (missing !== null) return `it starts ${missing}, which is not there any more`;
  const { command } = settings.hermes;
  const needsHermes = words.join(' ').includes('--board hermes');
  return needsHermes && whichProgram(command, path) === null ? `its PATH leads to no ${command}` : null;
}

/** Says how the unit is written with the program that runs now: set-up itself writes none over that the user changed. */
function anew(path: string, text: string, { words, env }: UnitCommand): string {
  if (words.length === 0) return 'move it away, and write it anew: asm setup --service --card … --yes';
  const given = (flag: string): readonly string[] => {
    const value = words[words.indexOf(flag) + 1];
    return words.includes(flag) && value !== undefined ? [flag, value] : [];
  };
  const home = env['HERMES_HOME'] === undefined ? [] : ['--hermes-home', env['HERMES_HOME']];
  const again = ['asm', 'setup', '--service', ...given('--card'), ...given('--hermes-board'), ...home];
  const line = again.map(shellQuote).join(' ');
  const isOwn = basename(path) === unitName && isAsWritten(text);
  return isOwn ? `write it anew: ${line} --yes` : `mend it, or write it anew: ${line} >${shellQuote(path)}`;
}
