import { noticeSchema, type Notice, type NoticeEvent } from '../../../src/tell/notify/notice-schema.ts';
import { Receiver, type Answer } from '../../tell/notify/receiver.ts';

/** What becomes of the next request. */
export type Plan = 'refuse' | 'kill before the answer' | 'kill after the answer';

/** A request that came. Times are ms since 1970. */
export interface Delivery {
  readonly at: number;
  readonly notice: Notice;
  /** The sender was told that it has arrived. */
  readonly hasArrived: boolean;
  readonly idempotencyKey: string | undefined;
}

/** Names what a notice tells: the same when it is told again. */
export function nameOf({ id, state }: NoticeEvent): string {
  return `${id} ${state}`;
}

/** A receiver of notices that now and then refuses one, or kills its sender. */
export class Webhook {
  /** What becomes of the next requests, one each; all others are answered with 200. */
  plans: Plan[] = [];
  /** When the sender was killed while it sent, or in between; ms since 1970. */
  readonly kills: number[] = [];
  readonly #receiver = new Receiver();
  /** Each is read once. */
  readonly #deliveries: Delivery[] = [];
  readonly #killSender: () => void;

  private constructor(killSender: () => void) {
    this.#killSender = killSender;
    this.#receiver.answer = () => this.#answer();
  }

  static async open(killSender: () => void): Promise<Webhook> {
    const webhook = new Webhook(killSender);
    await webhook.#receiver.open();
    return webhook;
  }

  get url(): string {
    return `${this.#receiver.url}/hook`;
  }

  get deliveries(): readonly Delivery[] {
    for (const { at, body, headers, status } of this.#receiver.received.slice(this.#deliveries.length)) {
      const key = headers['idempotency-key'];
      this.#deliveries.push({
        at,
        notice: noticeSchema.parse(JSON.parse(body)),
        hasArrived: status === 200,
        idempotencyKey: typeof key === 'string' ? key : undefined,
      });
    }
    return this.#deliveries;
  }

  /** What arrived, in order. */
  get told(): readonly NoticeEvent[] {
    return this.deliveries.flatMap(({ notice, hasArrived }) => (hasArrived ? notice.events : []));
  }

  close(): Promise<void> {
    return this.#receiver.close();
  }

  #answer(): Answer | null {
    const plan = this.plans.shift();
    switch (plan) {
      case undefined:
        return { status: 200 };
      case 'refuse':
        return { status: 500 };
      case 'kill before the answer':
        this.#killSender();
        return null;
      case 'kill after the answer':
        setImmediate(this.#killSender);
        return { status: 200 };
    }
  }
}
