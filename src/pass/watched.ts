import { dirname, join } from 'node:path';
import type { AgyLook, ClaudeLook, Seen } from '../core/model/observation.ts';
import { encodedFolder } from '../agents/claude/project-folder.ts';
import type { Watched } from '../trigger/trigger.ts';
import type { PassResult } from './pass.ts';

/** What triggers can watch of the world that a pass has seen. */
export function watchedIn({ observation, leftHash }: Pick<PassResult, 'observation' | 'leftHash'>): Watched {
  const servers = [...observation.sockets.values()].flatMap((seen) =>
    'known' in seen && seen.known.server !== null ? [seen.known.server.pid] : [],
  );
  const folders = new Set([...claudeFolders(observation.claude), ...agyFolders(observation.agy)]);
  return { sockets: [...observation.sockets.keys()], servers, folders: [...folders], registryHash: leftHash };
}

/** Where a conversation of a living agent begins, and where those that entries record stand. */
function claudeFolders(seen: Seen<ClaudeLook>): readonly string[] {
  if ('blind' in seen) return [];
  const { roots, artifacts, transcripts } = seen.known;
  const projects = [...transcripts.keys()].map((cwd) => join('projects', encodedFolder(cwd)));
  return [
    ...roots.flatMap(({ path }) => ['sessions', ...projects].map((folder) => join(path, folder))),
    ...[...artifacts.values()].flatMap((artifact) => (artifact === null ? [] : [dirname(artifact.path)])),
  ];
}

function agyFolders(seen: Seen<AgyLook>): readonly string[] {
  if ('blind' in seen || !seen.known.exists) return [];
  return ['presence', 'conversations'].map((folder) => join(seen.known.root, folder));
}
