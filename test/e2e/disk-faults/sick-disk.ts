import { cpSync, existsSync, lstatSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { program, type PrivateWorld, type Ran, type Running } from '../private-world.ts';
import { isSoak } from '../soak.ts';

const shim = fileURLToPath(new URL('./fail-write.cjs', import.meta.url));

export interface Fault {
  readonly code: 'ENOSPC' | 'EDQUOT' | 'EROFS' | 'EIO';
  /** All calls after it fail too, as on a disk that is full. */
  readonly lasts: boolean;
}

/** What the writer of the registry says of them. */
const inWords = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  EROFS: 'the file system is read-only',
  EIO: 'input/output error',
} satisfies Record<Fault['code'], string>;

/**
 * Returns the faults that are tried at one write: `npm run soak` tries all at each place, `npm test` one of the two most
 * different in turn.
 */
export function faultsAt(write: number): readonly Fault[] {
  if (!isSoak) return [write % 2 === 0 ? { code: 'ENOSPC', lasts: true } : { code: 'EIO', lasts: false }];
  const codes = ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO'] as const;
  return codes.flatMap((code) => [true, false].map((lasts) => ({ code, lasts })));
}

const parts = ['home', 'state', 'cache'];

/** The socket of a monitor that was killed cannot be copied. */
const asItIs = {
  recursive: true,
  preserveTimestamps: true,
  filter: (path: string) => !lstatSync(path).isSocket(),
};

/** How one command is tried. */
interface Tried {
  /** What the command writes: whatever fails, it is the old text or the new one. Absent: the registry's. */
  readonly text?: () => string;
  /** Its input. */
  readonly input?: string;
  /** It ends with 0 and says nothing. Absent: a failure says what failed, with its exit code. */
  readonly isSilent?: boolean;
  /** `npm test` tries no more places than these, some of all. Absent: each. */
  readonly atMost?: number;
  /** Looks at what a run left, and runs another one. */
  readonly healed: (place: string, ran: Ran, before: string) => Promise<void>;
}

/** A private world whose disk falls ill. */
export class SickDisk {
  readonly #world: PrivateWorld;
  readonly #fault: string;

  constructor(world: PrivateWorld) {
    this.#world = world;
    this.#fault = join(world.root, 'fault');
    this.is({ at: 0 });
  }

  /** Sets what fails from now on, also in processes that run. `at`: 0: nothing. `of`: a pattern of paths. */
  is(fault: { readonly at: number; readonly of?: string } & Partial<Fault>): void {
    rmSync(`${this.#fault}.failed`, { force: true });
    // A running process may read it at any moment.
    writeFileSync(`${this.#fault}.new`, JSON.stringify(fault));
    renameSync(`${this.#fault}.new`, this.#fault);
  }

  /** Returns the calls that have failed since then. */
  failed(): readonly string[] {
    try {
      return readFileSync(`${this.#fault}.failed`, 'utf8').trimEnd().split('\n');
    } catch {
      return [];
    }
  }

  /** Returns the variables of a process on this disk. */
  get env() {
    return {
      NODE_OPTIONS: `--require=${shim}`,
      DISK_ROOT: `${this.#world.root}/`,
      DISK_FAULT: this.#fault,
      DISK_COUNT: this.#counted,
    };
  }

  /** Runs the command with a fault at each of its writes. */
  async atEachWrite(words: readonly string[], tried: Tried): Promise<void> {
    const { text = () => this.#world.readRegistry(), isSilent = false, healed } = tried;
    this.#keep();
    const { writes } = await this.#run(words, tried.input);
    expect(writes).toBeGreaterThan(1);
    const after = text();
    for (const at of placesOf(writes, tried.atMost)) {
      for (const fault of faultsAt(at)) {
        this.#restore();
        const place = `${fault.code}${fault.lasts ? ', and on' : ''} at write ${at} of ${writes}`;
        const before = text();
        this.is({ ...fault, at });
        const ran = await this.#run(words, tried.input);
        this.is({ at: 0 });
        if (isSilent) expect(ran, place).toMatchObject({ code: 0, stdout: '', stderr: '' });
        else assertSaid(ran, fault, place);
        expect([before, after].map(plain), `${place}: old or new`).toContain(plain(text()));
        if (text() !== before) expect(ran.stderr, place).not.toContain('nothing');
        if (!fault.lasts) expect(this.litter(), place).toEqual([]);
        await healed(place, ran, before);
      }
    }
  }

  /** Runs the command, as it is on a disk that is well, with that input. */
  async run(words: readonly string[], input?: string): Promise<Ran> {
    if (input === undefined) return this.#world.run(words);
    return ended(this.#startWith(words, input, {}));
  }

  /** Returns what a run left in folders that are not its own. */
  litter(): readonly string[] {
    const folders = [dirname(this.#world.registry), join(this.#world.home, '.hermes')];
    const all = folders.flatMap((folder) => (existsSync(folder) ? readdirSync(folder) : []));
    return all.filter((name) => /^\.agent-sessions|\.tmp$/.test(name));
  }

  async #run(words: readonly string[], input: string | undefined): Promise<Ran & { readonly writes: number }> {
    const { env } = this;
    const ran =
      input === undefined ? await this.#world.run(words, { env }) : await ended(this.#startWith(words, input, env));
    return { ...ran, writes: Number(readFileSync(this.#counted, 'utf8')) };
  }

  #startWith(words: readonly string[], input: string, env: Record<string, string>): Running {
    const script = 'exec "$0" "$@" < "$INPUT"';
    const all = ['-c', script, process.execPath, program, ...words];
    return this.#world.startOther('sh', all, { env: { ...env, INPUT: this.#world.file('input', input) } });
  }

  get #counted(): string {
    return `${this.#fault}.count`;
  }

  /** Puts the world's files back as they were. */
  #restore(): void {
    for (const part of parts) {
      rmSync(join(this.#world.root, part), { recursive: true, force: true });
      cpSync(join(this.#world.root, 'before', part), join(this.#world.root, part), asItIs);
    }
  }

  #keep(): void {
    for (const part of parts) {
      this.#world.folder(part);
      cpSync(join(this.#world.root, part), join(this.#world.root, 'before', part), asItIs);
    }
  }
}

async function ended(running: Running): Promise<Ran> {
  const code = await running.exited;
  return { code, stdout: running.stdout(), stderr: running.stderr(), ms: 0 };
}

function assertSaid({ code, stderr }: Ran, fault: Fault, place: string): void {
  expect(stderr, place).not.toMatch(/defect|\n {4}at /);
  // 5: the board's own file.
  expect([0, 3, 5], `${place}: ${stderr}`).toContain(code);
  if (code !== 0) expect(stderr, place).toMatch(new RegExp(`${fault.code}|${inWords[fault.code]}`));
}

/** Returns the numbers of the writes at which something fails. */
function placesOf(writes: number, atMost = writes): readonly number[] {
  const all = Array.from({ length: writes }, (_, index) => index + 1);
  if (isSoak || writes <= atMost) return all;
  // Odd steps, so that both faults have their turn.
  const step = Math.ceil(writes / atMost) | 1;
  return all.filter((at) => at % step === 1 || step === 1);
}

/** Returns the text without what differs from run to run. */
function plain(text: string): string {
  return text.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME').replaceAll(/(delegate_job_id:) \S+/g, '$1 JOB');
}
