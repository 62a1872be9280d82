import { access, constants } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Context } from '../context.ts';
import { askProgram } from '../../system/ask-program.ts';
import { bad, good, type Finding } from '../../system/finding.ts';
import { shortageOf } from '../../system/shortage.ts';

/** Checks whether the lock can be had now. A missing lock file is not made. */
export async function checkLock({ settings, signal }: Context): Promise<Finding> {
  const path = settings.registry.lock;
  if (!(await may(path, constants.F_OK))) return beforeTheFirst(path);
  const { code, failure } = await askProgram('flock', ['--nonblock', path, 'true'], signal);
  if (code === 0) return good('lock', `lock ${path}: free`);
  if (failure === 'ENOENT') return good('lock', `lock ${path}: not asked, flock(1) is not installed`);
  if (code === 1)
    return bad('lock', `lock ${path}: held by another process`, `fuser -v ${path} names it; wait, or end it`);
  const shortage = shortageOf(failure ?? '');
  return bad(
    'lock',
    `lock ${path}: cannot be had (${shortage?.reason ?? failure ?? `exit ${code}`})`,
    shortage?.cure ?? 'make the lock file readable and writable',
  );
}

async function beforeTheFirst(path: string): Promise<Finding> {
  const folder = dirname(path);
  const exists = await may(folder, constants.F_OK);
  if (!exists || (await may(folder, constants.W_OK))) return good('lock', `lock ${path}: not there yet`);
  return bad('lock', `lock ${path}: the folder cannot be written`, `make ${folder} writable`);
}

async function may(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}
