import type { MqttSettings } from '../../config/settings.ts';
import { pause } from '../../system/pause.ts';
import type { FleetAnswer } from '../answers/fleet.ts';
import type { Context, SshAsk } from '../context.ts';
import { hostAnswers, type ShownHost } from './host-answers.ts';

/** How often hosts are asked over ssh; ms. */
const askEveryMs = 60_000;

/** Who tells of other hosts. */
export interface HostSources {
  readonly mqtt: MqttSettings | null;
  readonly ssh: SshAsk | null;
}

/** What is known of other hosts. */
export interface KnownHosts {
  readonly hosts: FleetAnswer['hosts'];
  /** Why the broker tells nothing now: its hosts are as it last told them; `null`: it tells, or there is none. */
  readonly trouble: string | null;
}

/** Hands on what is known of other hosts than this one, whenever it is told anew, until the signal aborts. */
export async function followHosts(
  { mqtt, ssh }: HostSources,
  context: Pick<Context, 'env' | 'now'> & { readonly host: string; readonly signal: AbortSignal },
  told: (known: KnownHosts) => void,
): Promise<void> {
  const { signal, host: own } = context;
  let asked: readonly ShownHost[] = [];
  let fleet: { readonly hosts: readonly ShownHost[]; readonly trouble: string | null } = { hosts: [], trouble: null };
  const tell = (): void => {
    const others = fleet.hosts.filter(({ host }) => host !== own);
    told({ hosts: hostAnswers(oneEach([...others, ...asked])), trouble: fleet.trouble });
  };
  if (mqtt !== null) {
    const { followFleet } = await import('../../mqtt/fleet/listen.ts');
    const takeIn = (now: typeof fleet): void => {
      fleet = now;
      tell();
    };
    followFleet(mqtt, takeIn, signal);
  }
  if (ssh === null) return;
  const { askHosts } = await import('./ssh-hosts.ts');
  do {
    const answers = await askHosts(ssh, context).catch(() => null);
    if (signal.aborted || answers === null) return;
    asked = answers;
    tell();
  } while (await pause(askEveryMs, signal));
}

/** Of a host that both the broker and ssh tell of, the one that is online is shown. */
function oneEach(hosts: readonly ShownHost[]): readonly ShownHost[] {
  return hosts.filter((one, index) => {
    const namesakes = hosts.filter(({ host }) => host === one.host);
    return hosts.indexOf(namesakes.find(({ online }) => online) ?? one) === index;
  });
}
