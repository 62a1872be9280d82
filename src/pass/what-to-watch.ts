import { codingAgents } from '../agents/index.ts';
import type { Watched } from '../trigger/trigger.ts';
import type { PassResult } from './pass.ts';

/** Returns what triggers can watch after a pass. */
export function watchedIn({ observation, leftHash }: Pick<PassResult, 'observation' | 'leftHash'>): Watched {
  const servers = [...observation.sockets.values()].flatMap((seen) =>
    'known' in seen && seen.known.server !== null ? [seen.known.server.pid] : [],
  );
  const folders = codingAgents.flatMap(({ facts, watched }) => {
    const seen = observation.evidence.get(facts.name);
    return seen !== undefined && 'known' in seen ? watched(seen.known) : [];
  });
  return { sockets: [...observation.sockets.keys()], servers, folders: [...new Set(folders)], registryHash: leftHash };
}
