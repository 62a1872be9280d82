import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { setup } from '../../src/operations/setup.ts';
import { answers, fakeContext } from './fake-context.ts';

test('the broker reaches our server by the names of its variables, never by their values', async () => {
  const home = mkdtempSync(join(tmpdir(), 'asm-setup-'));
  mkdirSync(join(home, '.hermes'));
  writeFileSync(join(home, '.hermes/config.yaml'), 'model: x\n');
  const env = {
    AGENT_SESSIONS_MQTT_URL: 'mqtt://me:s3cret@broker',
    AGENT_SESSIONS_MQTT_USER: 's3cret-user',
    AGENT_SESSIONS_MQTT_PASSWORD: 's3cret',
  };
  const context = { ...fakeContext({}).context, env, home };
  const [answer] = await answers(setup, context, { values: { print: true } });
  rmSync(home, { recursive: true });
  expect(answer?.json).toMatchObject({
    entry: { env: Object.fromEntries(Object.keys(env).map((name) => [name, `\${${name}}`])) },
  });
  expect(JSON.stringify(answer)).not.toContain('s3cret');
});
