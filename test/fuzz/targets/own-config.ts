import { agentFacts } from '../../../src/agents/agent-facts.ts';
import { parseConfig } from '../../../src/config/read-config-file.ts';
import { orRefused } from './or-refused.ts';
import { anyAnswer } from './target.ts';

/** The configuration of this program: read, or refused. */
export const ownConfig = anyAnswer(
  'own-config',
  ['interval: 30s\ntmux: { sockets: [] }\nnotify:\n  - { kind: ntfy, topic: x }\n', 'mqtt: { url: mqtt://h }\n'],
  (text) => orRefused(() => parseConfig('/c.yaml', text, agentFacts)),
);
