import { endUnstartedAgents, loadPresentAgents, readSuccessRates, saveAgentLoads } from '@baton/persistence';
import { Injectable } from '@nestjs/common';
import { Desk } from '../desk';
import { Heartbeats, LOOK_EVERY_MS } from './heartbeats';
import { LostAgents } from './lost-agents';
import { PresenceBook } from './presence-book';

/** A host has this long to get a new agent registered. */
const START_WITHIN_MS = 60_000;
/** How agents do changes as often as the brain writes it down. */
const LOOKS_PER_RATING = 10;

/** Once a second: saves what was heard and how healthy that shows agents to be, meets strangers, and looks for those who fell silent. */
@Injectable()
export class Keeper {
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private trouble: unknown;
  private looks = 0;

  constructor(
    private readonly desk: Desk,
    private readonly book: PresenceBook,
    private readonly heartbeats: Heartbeats,
    private readonly lost: LostAgents,
  ) {}

  /** Everybody the database has as present gets a fresh window: nobody could be heard while no registry was there. */
  async start(): Promise<void> {
    const now = performance.now();
    for (const agent of await loadPresentAgents(this.desk.database)) this.book.put(agent, now);
    await this.heartbeats.start();
    this.timer = setInterval(() => {
      this.looking ??= this.look().finally(() => (this.looking = undefined));
    }, LOOK_EVERY_MS);
    this.desk.logger.info({ event: 'registry.started', agents: this.book.size }, 'started');
  }

  /** The last look saves what was heard since. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.heartbeats.stop();
    await this.looking;
    await this.save(performance.now());
  }

  /** What keeps it from keeping presence at the moment. */
  get failure(): unknown {
    return this.trouble;
  }

  private async look(): Promise<void> {
    const { logger } = this.desk;
    try {
      await this.lookThrough(performance.now());
      if (this.trouble) logger.info({ event: 'presence.recovered' }, 'presence is kept again');
      this.trouble = undefined;
    } catch (error) {
      // The next look does the same again; said once, and the health endpoint tells while it lasts.
      if (!this.trouble) logger.warn({ event: 'presence.failing', err: error }, 'presence cannot be kept now');
      this.trouble = error;
    }
  }

  private async lookThrough(now: number): Promise<void> {
    if (this.heartbeats.soundForMs(now) >= this.desk.lostAfterMs) await this.lost.endSilent(now);
    await this.heartbeats.speak(now);
    if (this.looks++ % LOOKS_PER_RATING === 0) this.book.rate(await readSuccessRates(this.desk.database));
    await this.save(now);
    await this.heartbeats.meetStrangers(now);
    await this.lost.recheck();
    await endUnstartedAgents(this.desk.database, START_WITHIN_MS, this.desk.actor);
  }

  private async save(now: number): Promise<void> {
    const loads = this.book.takeChanged(now);
    if (loads.length === 0) return;
    try {
      for (const id of await saveAgentLoads(this.desk.database, loads)) this.book.remove(id);
    } catch (error) {
      this.book.giveBack(loads);
      throw error;
    }
  }
}
