import { spawn } from 'node:child_process';
import type { Environment } from '../board/board.ts';
import { whichProgram } from '../system/missing-program.ts';
import { withoutSecrets } from '../system/secret-variables.ts';

/** A program that fails says so within that time; a browser that it starts may run for days; ms. */
const failsWithinMs = 3_000;

/**
 * Opens a file with the user's browser.
 * @returns why it was not opened; `null`: it was, as far as that is told
 */
export async function openInBrowser(file: string, env: Environment, platform: NodeJS.Platform): Promise<string | null> {
  const name = platform === 'darwin' ? 'open' : 'xdg-open';
  const program = whichProgram(name, env['PATH']);
  if (program === null) return `${name} is not installed`;
  const hasDesktop = ['DISPLAY', 'WAYLAND_DISPLAY', 'BROWSER'].some((variable) => (env[variable] ?? '') !== '');
  // Without a desktop xdg-open would start a browser for terminals, which has no terminal here.
  if (platform !== 'darwin' && !hasDesktop) return 'there is no desktop here';
  return new Promise((resolve) => {
    const child = spawn(program, [file], { detached: true, stdio: 'ignore', env: withoutSecrets(env) });
    const late = setTimeout(() => resolve(null), failsWithinMs);
    const settle = (why: string | null): void => {
      clearTimeout(late);
      resolve(why);
    };
    child.once('error', (error) => settle(error.message));
    child.once('exit', (code) => settle(code === 0 ? null : `${name} ended with ${code ?? 'a signal'}`));
    child.unref();
  });
}
