import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { NotifierSettings } from '../../src/config/notifier-settings.ts';
import type { NotifyError } from '../../src/errors.ts';
import { notifyTestAnswer } from '../../src/operations/answers/notify.ts';
import type { Context } from '../../src/operations/context.ts';
import { notify } from '../../src/operations/notify.ts';
import { noticeSchema } from '../../src/tell/notify/notice-schema.ts';
import { Delivery, readerOf } from '../../src/tell/notify/delivery.ts';
import { SendError } from '../../src/tell/notify/notifier.ts';
import { FileLog } from '../../src/log/file-log.ts';
import { TroubleFile } from '../../src/system/trouble-file.ts';
import { aDrift } from '../log/a-drift.ts';
import { never } from '../never.ts';
import { Receiver } from '../tell/notify/receiver.ts';
import { answers, at, fakeContext, settings } from './fake-context.ts';

let folder: string;
let receiver: Receiver;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'asm-notify-'));
  receiver = await new Receiver().open();
});
afterEach(async () => {
  await receiver.close();
  rmSync(folder, { recursive: true });
});

const common = { on: [], workspaces: null, quietHours: null };
const hook = (name = 'hook', url = `${receiver.url}/T0SECRET`): NotifierSettings => ({
  kind: 'webhook',
  name,
  ...common,
  url,
  urlFile: null,
  tokenFile: null,
  secretFile: null,
  format: 'json',
});
const command = (name: string, script: string): NotifierSettings => ({
  kind: 'command',
  name,
  ...common,
  argv: ['sh', '-c', script],
});

/** A configuration with these notifiers. */
const contextOf = (list: NotifierSettings[], signal = new AbortController().signal): Context => ({
  ...fakeContext({ signal, log: { cursor: () => Promise.resolve(null) } }).context,
  env: { PATH: process.env['PATH'] },
  settings: { ...settings, configPath: '/home/me/config.yaml', notify: list },
  registryStateDir: folder,
});
const asked = (list: NotifierSettings[], ...words: readonly string[]) =>
  answers(notify, contextOf(list), { words: ['test', ...words] });
/** Returns how it was refused: with which exit code and in which words. */
const refused = async (answer: Promise<unknown>) =>
  answer.then(
    () => expect.fail('it was not refused'),
    ({ name, code, message, cure }: NotifyError) => ({ name, code, message, cure }),
  );

test('each notifier is sent one notice that says it is a test; the answer says what came back', async () => {
  const [answer] = await asked([hook(), command('mine', `cat >'${folder}/input'`)]);
  expect(answer).toEqual({
    json: {
      sent: [
        { name: 'hook', kind: 'webhook', answer: 'HTTP 200' },
        { name: 'mine', kind: 'command', answer: 'ended with 0' },
      ],
    },
    text: 'hook (webhook): HTTP 200\nmine (command): ended with 0',
    exit: 0,
  });
  expect(notifyTestAnswer.parse(answer?.json)).toEqual(answer?.json);
  const [notice] = receiver.bodies.map((body) => noticeSchema.parse(body));
  expect(notice).toMatchObject({ test: true, events: [], text: expect.stringContaining('The notifier hook works.') });
  expect(noticeSchema.parse(JSON.parse(readFileSync(join(folder, 'input'), 'utf8')))).toMatchObject({ test: true });
});

test('with a name only that one', async () => {
  const [answer] = await asked([hook(), hook('other'), command('mine', 'exit 1')], 'other');
  expect(answer?.text).toBe('other (webhook): HTTP 200');
  expect(receiver.received).toHaveLength(1);
});

test('one that fails: exit 5, with what came back of all, and no secret', async () => {
  receiver.answer = { status: 404, body: 'no T0SECRET here' };
  expect(await refused(asked([hook(), command('my own', 'echo secret >&2; exit 7'), command('ok', 'exit 0')]))).toEqual(
    {
      name: 'NotifyError',
      code: 5,
      message: 'hook: the receiver answered 404; my own: sh ended with 7; ok: ended with 0',
      cure: 'see `asm doctor` and docs/notify.md, then `asm notify test hook`',
    },
  );
  expect((await refused(asked([command('my own', 'exit 7')]))).cure).toContain("`asm notify test 'my own'`");
});

test('a receiver that never answers, and one that is not there', async () => {
  receiver.answer = null;
  const real = AbortSignal.timeout.bind(AbortSignal);
  vi.spyOn(AbortSignal, 'timeout').mockImplementationOnce(() => real(100));
  expect(await refused(asked([hook()]))).toMatchObject({ code: 5, message: 'hook: no answer in 10 s' });
  await receiver.close();
  expect(await refused(asked([hook()]))).toMatchObject({
    code: 5,
    message: 'hook: the receiver could not be reached (ECONNREFUSED)',
  });
});

test('an address that is none is the user’s to mend, not a defect', async () => {
  expect(await refused(asked([hook('hook', 'http://me:100%@127.0.0.1/')]))).toMatchObject({ code: 5 });
});

test('Ctrl-C ends it at once', async () => {
  receiver.answer = null;
  const over = new AbortController();
  const asking = answers(notify, contextOf([hook()], over.signal), { words: ['test'] });
  await expect.poll(() => receiver.received.length).toBe(1);
  over.abort();
  await expect(asking).rejects.toBe(over.signal.reason);
});

test('a success ends the trouble that doctor tells of', async () => {
  const troubles = new TroubleFile(folder, 'notify', () => at);
  troubles.keep('hook', 'the receiver answered 503');
  troubles.keep('other', 'the receiver answered 503');
  await asked([hook()], 'hook');
  expect([troubles.read('hook'), troubles.read('other')]).toEqual([
    null,
    { since: at, reason: 'the receiver answered 503', wait: null },
  ]);
  expect(existsSync(join(folder, 'notify/hook.json'))).toBe(false);
  receiver.answer = { status: 500 };
  await refused(asked([hook()], 'hook'));
  expect(troubles.read('hook'), 'only the monitor says since when nothing was sent').toBeNull();
});

test('a success does not end the trouble of a monitor that keeps news back', async () => {
  const log = new FileLog({ dir: folder, registryPath: '/r', place: 'here', now: () => at, warn: () => undefined });
  const troubles = new TroubleFile(folder, 'notify', () => at);
  const on = ['session-gone'];
  const delivery = new Delivery({
    settings: { name: 'hook', on, workspaces: null, quietHours: null },
    notifier: { send: () => Promise.reject(new SendError('the receiver answered 429', 3_600_000)), examine: () => [] },
    log,
    trouble: troubles,
    host: 'lab1',
    registry: { path: '/r', isUsual: true, program: ['asm'] },
    graceMs: 0,
    now: () => at + 60_000,
  });
  await delivery.begin();
  await log.append([{ kind: 'opened', drift: aDrift({ kind: 'session-gone' }) }]);
  await delivery.look(await log.read(), never);
  const sendAgain = async () => {
    const context = { ...contextOf([{ ...hook(), on }]), log: () => log };
    expect((await answers(notify, context, { words: ['test'] }))[0]?.text).toBe('hook (webhook): HTTP 200');
    return troubles.read('hook')?.reason ?? null;
  };
  expect(await sendAgain()).toBe('the receiver answered 429');

  await log.withCursor(readerOf('hook'), async () => ({ position: 9, held: [], told: [] }));
  expect(await sendAgain(), 'all was told').toBeNull();
});

test.each([
  [['test'], [], 'no notifier is configured', 'list one under notify in the config'],
  [['test', 'hok'], ['hook', 'mine'], 'there is no notifier hok', 'did you mean hook? the config names hook, mine'],
  [['test', 'hook', 'x'], ['hook'], 'notify test takes one name', 'leave the rest out'],
  [['send'], ['hook'], 'notify has no send', 'asm notify test [NAME]'],
])('%j is refused with exit 2, and nothing is sent', async (words, names, message, cure) => {
  const context = contextOf(names.map((name) => hook(name)));
  const refusal = await refused(answers(notify, context, { words }));
  expect(refusal).toMatchObject({ name: 'UsageError', code: 2, message });
  expect(refusal.cure).toContain(cure);
  expect(receiver.received).toEqual([]);
});
