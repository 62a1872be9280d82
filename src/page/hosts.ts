import type { Context } from '../operations/context.ts';
import type { HostSources, KnownHosts } from '../operations/fleet/follow-hosts.ts';
import type { Live } from './live.ts';
import type { PageHosts, PageHostSession } from './page-data.ts';

export interface HostsOptions {
  readonly context: Pick<Context, 'env' | 'now'>;
  /** The name of this host. */
  readonly host: string;
  readonly sources: HostSources;
}

const nothing: PageHosts = { list: [], trouble: null };

/** The sessions of other hosts, as a broker or ssh tells of them. */
export class Hosts implements Live<PageHosts> {
  value = nothing;
  readonly #options: HostsOptions;

  constructor(options: HostsOptions) {
    this.#options = options;
  }

  follow(onChange: () => void, signal: AbortSignal): void {
    // What was told to a former reader may be long over.
    this.value = nothing;
    void this.#follow(onChange, signal);
  }

  async #follow(onChange: () => void, signal: AbortSignal): Promise<void> {
    const { context, host, sources } = this.#options;
    if (sources.mqtt === null && sources.ssh === null) return;
    // Loaded late: most pages show one host.
    const { followHosts } = await import('../operations/fleet/follow-hosts.ts');
    const { env, now } = context;
    await followHosts(sources, { env, now, host, signal }, (known) => {
      this.value = shownOf(known);
      onChange();
    });
  }
}

function shownOf({ hosts, trouble }: KnownHosts): PageHosts {
  return { list: hosts.map((host) => ({ ...host, sessions: host.sessions.map(withoutTime) })), trouble };
}

/** Leaves out when the host said it: over ssh that changes without any change. */
function withoutTime(session: KnownHosts['hosts'][number]['sessions'][number]): PageHostSession {
  const { at: _, ...rest } = session;
  return rest;
}
