import { type Bus } from '@baton/bus';
import { type Logger } from '@baton/observability';
import { Database, endUnstartedAgents, saveAgentLoads } from '@baton/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { type RegistryConfig } from '../config';
import { BUS, CONFIG, LOGGER, REPLICA, type Replica } from '../ports';
import { Heartbeats } from './heartbeats';
import { LostAgents } from './lost-agents';
import { OwnEar } from './own-ear';
import { PresenceBook } from './presence-book';
import { Strangers } from './strangers';

/** How often the book is looked through and saved. */
export const LOOK_EVERY_MS = 1000;
/** A host has this long to get a new agent registered. */
const START_WITHIN_MS = 60_000;

/** Once a second: saves what was heard, meets strangers, and looks for those who fell silent. */
@Injectable()
export class Keeper {
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private failing = false;

  constructor(
    private readonly database: Database,
    private readonly book: PresenceBook,
    private readonly heartbeats: Heartbeats,
    private readonly strangers: Strangers,
    private readonly lost: LostAgents,
    private readonly ear: OwnEar,
    @Inject(BUS) private readonly bus: Bus,
    @Inject(CONFIG) private readonly config: RegistryConfig,
    @Inject(REPLICA) private readonly replica: Replica,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  start(): void {
    this.timer = setInterval(
      () => (this.looking ??= this.look().finally(() => (this.looking = undefined))),
      LOOK_EVERY_MS,
    );
  }

  /** The last look saves what was heard since. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
    await this.save(performance.now());
  }

  private async look(): Promise<void> {
    const now = performance.now();
    try {
      if (this.hearsWell(now)) await this.lost.endSilent(now);
      await this.heartbeats.speak(now);
      await this.save(now);
      await this.strangers.meet(now);
      await this.lost.recheck();
      await endUnstartedAgents(this.database, START_WITHIN_MS, this.replica.actor);
      if (this.failing) this.logger.info({ event: 'presence.recovered' }, 'presence is kept again');
      this.failing = false;
    } catch (error) {
      // The next look does the same again; said once, and the health endpoint tells while it lasts.
      if (!this.failing) this.logger.warn({ event: 'presence.failing', err: error }, 'presence cannot be kept now');
      this.failing = true;
    }
  }

  private hearsWell(now: number): boolean {
    const windowMs = this.config.BATON_LOST_AFTER_SECONDS * 1000;
    return this.ear.soundForMs(now) >= windowMs && this.bus.connectedForMs >= windowMs;
  }

  private async save(now: number): Promise<void> {
    const loads = this.book.takeChanged(now);
    if (loads.length === 0) return;
    try {
      for (const id of await saveAgentLoads(this.database, loads)) this.book.remove(id);
    } catch (error) {
      this.book.giveBack(loads);
      throw error;
    }
  }
}
