import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { askJsonRpc } from '../../src/system/ask-json-rpc.ts';
import { withoutSecrets } from '../../src/system/secret-variables.ts';
import { never } from '../never.ts';

const env = {
  PATH: process.env['PATH'],
  AGENT_SESSIONS_YAML: '/mine.yaml',
  AGENT_SESSIONS_MQTT_URL: 'mqtt://u:secret@broker',
  AGENT_SESSIONS_MQTT_USER: 'u',
  AGENT_SESSIONS_MQTT_PASSWORD: 'secret',
};

test('only the secrets are left out', () => {
  expect(withoutSecrets(env)).toEqual({
    PATH: env.PATH,
    AGENT_SESSIONS_YAML: '/mine.yaml',
    AGENT_SESSIONS_MQTT_USER: 'u',
  });
});

test('a program that is asked gets none, unless it is this program', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'asm-secret-'));
  try {
    const path = join(folder, 'server');
    const answer = '{"id":1,"result":"%s"}\\n';
    writeFileSync(path, `#!/bin/sh\nread line; printf '${answer}' "$AGENT_SESSIONS_MQTT_PASSWORD"; cat >/dev/null\n`, {
      mode: 0o755,
    });
    const ask = (isThisProgram?: true) =>
      askJsonRpc(path, [], {
        env,
        messages: [{ id: 1, method: 'ask' }],
        result: z.string(),
        deadlineMs: 60_000,
        signal: never,
        ...(isThisProgram === undefined ? {} : { isThisProgram }),
      });
    expect((await ask())?.result).toBe('');
    expect((await ask(true))?.result).toBe('secret');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('each file that starts a program leaves the secrets out', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).map((name) => join('src', name));
  const starting = files.filter(
    (path) =>
      path.endsWith('.ts') &&
      /import \{ (?!type )[^}]*\} from 'node:child_process'|import\('execa'\)/.test(readFileSync(path, 'utf8')),
  );
  const others = starting.filter((path) => !readFileSync(path, 'utf8').includes('withoutSecrets('));
  // One starts this program itself, the other gives an environment of its own.
  expect(others.toSorted()).toEqual(['src/operations/demo/stage.ts', 'src/watch/left-run.ts']);
});
