import { lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../context.ts';
import { bad, good, type Finding } from '../../system/finding.ts';
import { codeOf } from '../../system/errno.ts';
import { isOpenToOthers } from '../../system/own-folder.ts';
import { counted } from '../../core/words/counted.ts';

/** Checks the rights of the job files: they hold prompts, and only their owner may read them. */
export async function checkJobs({ settings }: Context): Promise<Finding> {
  const { dir } = settings.jobs;
  try {
    const { mode } = await stat(dir);
    const names = (await readdir(dir)).filter((name) => name.endsWith('.json'));
    if (isOpenToOthers(mode)) return bad('jobs', `jobs folder ${dir}: open to others`, `chmod 700 ${dir}`);
    const files = await Promise.all(names.map((name) => lstat(join(dir, name))));
    const open = files.filter((file) => file.isFile() && isOpenToOthers(file.mode)).length;
    const count = counted(names.length, 'job');
    if (open > 0)
      return bad('jobs', `jobs folder ${dir}: ${count}, ${open} open to others`, 'asm jobs list closes them');
    return good('jobs', `jobs folder ${dir}: ${count}`);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return good('jobs', `jobs folder ${dir}: not there yet`);
    return bad('jobs', `jobs folder ${dir}: cannot be read (${code})`, 'make it readable, or name another in jobs.dir');
  }
}
