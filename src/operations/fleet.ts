import type { FleetHost } from '../mqtt/fleet/fleet-view.ts';
import type { MqttSettings } from '../config/settings.ts';
import { counted } from '../core/words/counted.ts';
import { clean } from '../core/words/text.ts';
import { exitCode, UsageError } from '../errors.ts';
import { activityText } from './text/activity.ts';
import type { FleetAnswer, ForgetAnswer } from './answers/fleet.ts';
import type { Context } from './context.ts';
import { Display, pageText, type Shown } from './display.ts';
import { hostAnswers, type ShownHost } from './fleet/host-answers.ts';
import { sshFlags, sshIn } from './fleet/ssh-flags.ts';
import { isOn, textOf, type Answer, type Input, type Operation } from './operation.ts';
import { painter, tone, type Paint } from './text/paint.ts';
import type { Page } from './screen.ts';
import { table } from './text/table.ts';

export const fleet: Operation<FleetAnswer | ForgetAnswer> = {
  name: 'fleet',
  summary: "every host's sessions as they are known on the MQTT broker",
  description:
    'A host whose monitor does not run is offline, and its sessions are unknown. A `lost` host gave its last sign of life at `since` and went some time after. Needs `mqtt.url` or AGENT_SESSIONS_MQTT_URL. With --ssh each host is asked for its `status` instead, without a broker; ssh asks for no password, and a host that does not answer is offline.',
  flags: [
    {
      name: 'watch',
      description: 'stay, and show it again as it changes; at a terminal in place, with the key q (end)',
    },
    ...sshFlags,
    {
      name: 'forget',
      description: 'take the retained topics of a host that was renamed or is no more off the broker',
      value: { kind: 'text', placeholder: 'host' },
    },
  ],
  async *run(context, input) {
    const ssh = sshIn(input, 'fleet');
    if (ssh !== null) {
      assertAsksOnce(input);
      const { askHosts } = await import('./fleet/ssh-hosts.ts');
      yield await answerOf(await askHosts(ssh, context), context);
      return;
    }
    const { mqtt } = context.settings;
    if (mqtt === null) throw noBroker();
    const forgotten = textOf(input, 'forget');
    if (forgotten !== null) {
      yield await forget(forgotten, mqtt, context, input);
      return;
    }
    // Loaded late with the schemas: other commands do not need them.
    const { listenOnce, listenOn } = await import('../mqtt/fleet/listen.ts');
    const display = new Display(context, input, null);
    const notice = (line: string): void => display.trouble(line, 'warn');
    try {
      const first = await listenOnce(mqtt, notice, context.signal);
      const answer = await display.show(await shownOf(first, context, input));
      if (answer !== null) yield answer;
      if (!isOn(input, 'watch')) return;
      for await (const hosts of listenOn(mqtt, first, notice, display.signal)) {
        const next = await display.show(await shownOf(hosts, context, input));
        if (next !== null) yield next;
      }
    } finally {
      display.close();
    }
  },
};

/** @throws UsageError for flags that mean nothing with `--ssh` */
function assertAsksOnce(input: Input): void {
  if (isOn(input, 'watch') || textOf(input, 'forget') !== null) {
    throw new UsageError('--ssh asks once, and no broker', { cure: 'leave --watch and --forget out' });
  }
}

async function forget(
  host: string,
  mqtt: MqttSettings,
  { signal }: Context,
  input: Input,
): Promise<Answer<ForgetAnswer>> {
  if (isOn(input, 'watch')) throw new UsageError('--forget ends at once', { cure: 'leave --watch out' });
  const { forgetHost } = await import('../mqtt/fleet/forget.ts');
  const { topics, hosts } = await forgetHost(mqtt, host, signal);
  return {
    json: { forgotten: host, topics, hosts: hostAnswers(hosts) },
    text: `forgot ${clean(host)}: ${counted(topics, 'topic')} taken away`,
    exit: exitCode.done,
  };
}

async function shownOf(hosts: readonly ShownHost[], context: Context, input: Input): Promise<Shown<FleetAnswer>> {
  const { json, text, exit } = await answerOf(hosts, context);
  return { json, exit, sameAs: input.json ? JSON.stringify(json) : text, draw: () => fleetPage(hosts, context) };
}

async function answerOf(hosts: readonly ShownHost[], context: Context): Promise<Answer<FleetAnswer>> {
  return {
    json: { hosts: hostAnswers(hosts) },
    text: pageText(await fleetPage(hosts, context)),
    exit: exitCode.done,
  };
}

/** Returns a row for each session; the first one of a host is below the host's own line. */
async function fleetPage(hosts: readonly ShownHost[], { output, now }: Context): Promise<Page> {
  if (hosts.length === 0) return { head: ['no hosts on the broker'], rows: [], foot: [] };
  const paint = painter(output.color);
  const blocks = hosts.map(async (host, index) => {
    const [first, ...rest] = await sessionLines(host, paint, now());
    const above = [...(index === 0 ? [] : ['']), hostLine(host, paint)];
    return [[...above, ...(first === undefined ? [] : [first])], ...rest.map((line) => [line])];
  });
  return { head: [], rows: (await Promise.all(blocks)).flat(), foot: [] };
}

function hostLine({ host, online, since, wasLost, reason }: ShownHost, paint: Paint): string {
  const when = since === null ? '' : ` since ${wasLost ? 'some time after ' : ''}${since}`;
  return `${paint('bold', clean(host))}  ${online ? paint('green', 'online') : paint('yellow', 'offline')}${when}${reason == null ? '' : `: ${reason}`}`;
}

async function sessionLines(
  { sessions, online, reason }: ShownHost,
  paint: Paint,
  now: number,
): Promise<readonly string[]> {
  if (!online && reason != null) return [paint('dim', '  its sessions are unknown')];
  if (sessions.length === 0) return [paint('dim', '  no sessions')];
  const rows = sessions.map((one) => [
    `  ${clean(one.session)}`,
    stateOf(one, now),
    clean(one.id ?? '-'),
    clean(one.job ?? '-'),
  ]);
  return (await table(rows, (cell, column) => (column === 1 ? paint(tone(cell), cell) : cell))).split('\n');
}

function stateOf(one: FleetHost['sessions'][number], now: number): string {
  if (one.liveness === 'alive') return activityText(one, now);
  return one.status === 'terminated' && one.liveness === 'gone' ? 'terminated' : one.liveness;
}

function noBroker(): UsageError {
  return new UsageError('there is no MQTT broker to ask', {
    cure: 'set mqtt.url in the config, or AGENT_SESSIONS_MQTT_URL; `asm monitor` then puts this host there. Without one: --ssh host,host',
  });
}
