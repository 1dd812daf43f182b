import { type Channel, type ChannelModel } from 'amqplib';
import { socketOf } from './dial';
import { type Session } from './session';
import { patienceAfter, Silence, tickMs, ticksAtRest } from './silence';
import { onEachTick } from './ticks';

/** So long a silence counts against the next ones. */
const rememberedMs = 60_000;

export interface PulseState {
  /** Whether the session is still being set up. */
  readonly opening: () => boolean;
  /** Whether somebody waits for a confirm or an answer. */
  readonly expecting: () => boolean;
  readonly blocked: () => boolean;
}

/** Gives up a session whose sockets carry nothing any more, long before AMQP's own heartbeats do. */
export class Pulse {
  private silences: number[] = [];
  private stop: () => void = () => undefined;

  constructor(private readonly state: PulseState) {}

  /** Watches this session, in place of the one before. */
  watch(session: Session): void {
    this.stop();
    const horizon = performance.now() - rememberedMs;
    this.silences = this.silences.filter((at) => at > horizon);
    const patience = patienceAfter(this.silences.length);
    const { opening, expecting, blocked } = this.state;
    const waited = (): boolean => opening() || expecting();
    const consuming = new Ear(session.consuming, new Silence(patience), { expecting: opening, blocked: () => false });
    const ears = [consuming];
    if (session.publishing !== session.consuming) {
      const silence = new Silence(patience, ticksAtRest.publishing);
      ears.push(new Ear(session.publishing, silence, { expecting: waited, blocked }));
    }
    this.stop = onEachTick(() => {
      if (!session.alive) return this.stop();
      // All are heard at every tick.
      const lost = ears.map((ear) => ear.isLost()).includes(true);
      if (lost) this.giveUp(session, patience);
    });
  }

  close(): void {
    this.stop();
  }

  private giveUp(session: Session, patience: number): void {
    this.stop();
    this.silences.push(performance.now());
    session.fail(new Error(`the connection is silent: no answer to a question for ${(patience * tickMs) / 1000} s`));
  }
}

/** One socket. */
class Ear {
  private readonly socket;
  private channel: Channel | undefined;

  constructor(
    private readonly model: ChannelModel,
    private readonly silence: Silence,
    private readonly state: Pick<PulseState, 'expecting' | 'blocked'>,
  ) {
    this.socket = socketOf(model);
  }

  isLost(): boolean {
    const received = this.socket?.bytesRead ?? 0;
    const heard = { received, expecting: this.state.expecting(), blocked: this.state.blocked() };
    const verdict = this.silence.tick(heard);
    if (verdict === 'ask') this.ask().catch(() => (this.channel = undefined)); // it ended: told by the session
    return verdict === 'lost';
  }

  /** The cheapest round trips there are; what is answered does not matter. */
  private async ask(): Promise<void> {
    if (this.channel) return void (await this.channel.prefetch(1));
    const channel = await this.model.createChannel();
    channel.on('error', () => undefined);
    channel.on('close', () => (this.channel = undefined));
    this.channel = channel;
  }
}
