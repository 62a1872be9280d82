import { homedir } from 'node:os';
import { loadSettings, makePorts, pass } from 'agent-sessions-monitor';

// What `asm` would use: the environment, then the config file. Flags come before both.
const home = homedir();
const settings = await loadSettings({ flags: {}, env: process.env, home, cwd: process.cwd() });
const { signal } = new AbortController();
const ports = makePorts({ settings, home, signal, warn: console.error });

// `dry-run` writes nothing at all; `once` repairs the registry.
const mode = process.argv.includes('--write') ? 'once' : 'dry-run';
const { standing, edits, written, plan } = await pass(ports, mode, signal);

for (const drift of standing) console.log(`${drift.class} ${drift.kind}: ${drift.session ?? drift.sessions?.join()}`);
for (const { entry, liveness, doubt } of plan.verdicts) {
  if (liveness === 'unknown') console.log(`unknown: ${entry.session}: ${doubt?.reason}. ${doubt?.cure}`);
}
console.log(`${edits.length} repairs ${written ? 'written' : 'to make'}`);
