import { type Channel } from 'amqplib';
import { type Binding, type QueueSpec } from '../bus';
import { Bindings, keyOf } from './bindings';
import { bind, declareQueue, type DurableQueueType } from './declare';
import { type Line } from './held';
import { openChannel, orLost, type Session } from './session';

/** Keeps the bindings of one queue as they should be, over all the lives of its channel. */
export class Binder {
  private readonly bindings: Bindings;
  private line: Line | undefined;
  private stopped = false;
  private readonly waiters: (() => void)[] = [];

  constructor(private readonly spec: QueueSpec) {
    this.bindings = new Bindings(spec.bindings);
  }

  /** Declares the queue with its bindings, under `name`, and takes away what was unbound meanwhile. */
  async declare(line: Line, type: DurableQueueType, name: string): Promise<void> {
    const { toBind, toUnbind } = this.bindings;
    line.queue = await declareQueue(line.channel, { ...this.spec, bindings: toBind }, type, name);
    for (const binding of toBind) line.bound.add(keyOf(binding));
    for (const binding of toUnbind) await this.takeAway(line.channel, line, binding);
  }

  /** From now on changes go to this line. */
  attached(line: Line): void {
    this.line = line;
    this.release();
  }

  lost(): void {
    this.line = undefined;
  }

  stop(): void {
    this.stopped = true;
    this.release();
  }

  /** Resolves once it stands. Throws UnroutableError when there is no such exchange. */
  async bind(binding: Binding): Promise<void> {
    this.bindings.add(binding);
    const stands = (line: Line): boolean => line.bound.has(keyOf(binding)) || !this.bindings.has(binding);
    await this.until(stands, async (channel, line) => {
      try {
        await bind(channel, line.queue, binding);
      } catch (error) {
        if (isUp(line)) this.bindings.forget(binding); // the broker does not want it: a reconnect must not fail on it
        throw error;
      }
      line.bound.add(keyOf(binding));
    });
  }

  /** Resolves once it is gone. */
  async unbind(binding: Binding): Promise<void> {
    this.bindings.remove(binding);
    const stands = (): boolean => !this.bindings.mustGo(binding);
    await this.until(stands, (channel, line) => this.takeAway(channel, line, binding));
  }

  private async takeAway(channel: Channel, line: Line, binding: Binding): Promise<void> {
    await channel.unbindQueue(line.queue, binding.exchange, binding.key);
    line.bound.delete(keyOf(binding));
    this.bindings.gone(binding);
  }

  /** Makes the change on whichever line there is until it stands. A channel of its own: an error costs no delivery. */
  private async until(
    stands: (line: Line) => boolean,
    change: (channel: Channel, line: Line) => Promise<void>,
  ): Promise<void> {
    while (!this.stopped) {
      const line = this.line;
      if (!line || !isUp(line)) await new Promise<void>((resolve) => this.waiters.push(resolve));
      else if (stands(line)) return;
      else await onOwnChannel(line, (channel) => change(channel, line));
    }
  }

  private release(): void {
    for (const resolve of this.waiters.splice(0)) resolve();
  }
}

function isUp(line: Line): boolean {
  return line.alive && line.session.alive;
}

/** Throws what the broker refused; that the line ended meanwhile is seen by who called. */
async function onOwnChannel(line: Line, change: (channel: Channel) => Promise<void>): Promise<void> {
  try {
    await orLost(line.session, changeOn(line.session, change));
  } catch (error) {
    if (isUp(line)) throw error;
  }
}

async function changeOn(session: Session, change: (channel: Channel) => Promise<void>): Promise<void> {
  const channel = await openChannel(session.consuming, 'plain', () => undefined);
  await change(channel);
  await channel.close();
}
