import { SetupError } from '../../services';
import { type Door } from '../load/door';
import { HookReceiver } from './hook-receiver';

/** Two programs that are told of every workflow by webhooks: one to be hurt, and one that must not feel it. */
export class Listeners {
  private constructor(
    readonly victim: HookReceiver,
    readonly witness: HookReceiver,
  ) {}

  /** Rejects with a SetupError when the door takes no webhooks. */
  static async open(door: Door | undefined): Promise<Listeners> {
    const [victim, witness] = [await HookReceiver.start('victim'), await HookReceiver.start('witness')];
    const listeners = new Listeners(victim, witness);
    for (const receiver of listeners.all) {
      const answer = await door?.call('POST', '/api/webhooks', { url: receiver.url, events: ['workflow.#'] });
      if (answer?.status === 201) receiver.trust(String(answer.body.secret));
      else {
        await listeners.close();
        throw new SetupError(`The mesh takes no webhook: ${answer?.status} ${JSON.stringify(answer?.body)}`);
      }
    }
    return listeners;
  }

  get all(): readonly HookReceiver[] {
    return [this.victim, this.witness];
  }

  /** When the victim took something again; undefined: it has not. */
  firstTaken(from: Date): Date | undefined {
    return this.victim.taken.find(({ at }) => at >= from)?.at;
  }

  /** How late the witness was told what it was told in this time, in milliseconds. */
  lags(from: Date, to: Date): number[] {
    return this.witness.taken.filter(({ at }) => at >= from && at <= to).map(({ lagMs }) => lagMs);
  }

  async close(): Promise<void> {
    for (const receiver of this.all) await receiver.close();
  }
}
