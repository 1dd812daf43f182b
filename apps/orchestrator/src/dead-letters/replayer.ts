import { type Bus, BrokerUnavailableError, type PublishOutcome, RecipientFullError, UnroutableError } from '@baton/bus';
import { MeshError, NotFoundError, StateConflictError } from '@baton/contracts';
import {
  type Database,
  type DeadLetterFilter,
  type FullDeadLetterRow,
  getDeadLetter,
  loadDeadLetters,
  markReplayed,
  pickDeadLetters,
} from '@baton/persistence';
import { v7 as uuidv7 } from 'uuid';
import { type DeadLetterMetrics } from './dead-letter-metrics';
import { replayedMessage } from './replayed-message';
import { type ReplayTarget, replayTargetOf, type ReplayTo } from './replay-target';

/** `kept`: it cannot or must not be sent again. */
export const replayOutcomes = ['sent', 'unroutable', 'refused', 'kept', 'not-found'] as const;
/** `reason` says why it was not sent: the letter stays as it is. */
export interface ReplayedLetter {
  readonly id: string;
  readonly outcome: (typeof replayOutcomes)[number];
  readonly reason: string | null;
}
/** Which letters: these, or the oldest that fit beyond `after`. */
export type Selection =
  | { readonly ids: readonly string[] }
  | { readonly filter: DeadLetterFilter; readonly limit: number; readonly after: string | undefined };

/** Read and sent together; a letter has up to 8 MiB. */
const AT_ONCE = 10;
/** A request ends by then with what it has done; a full queue takes seconds to refuse. */
const LONGEST_MS = 20_000;

/** Sends letters again: confirmed by the broker first, then recorded with the actor. */
export class Replayer {
  private readonly underWay = new Set<string>();

  constructor(
    private readonly parts: { readonly bus: Bus; readonly database: Database; readonly metrics: DeadLetterMetrics },
  ) {}

  /** Throws NotFoundError, StateConflictError, ValidationError, UnroutableError, RecipientFullError. */
  async replay(id: string, to: ReplayTo | undefined, actor: string): Promise<ReplayedLetter> {
    const letter = await getDeadLetter(this.parts.database, id);
    if (!letter) throw new NotFoundError('DEAD_LETTER_NOT_FOUND', `Dead letter ${id}`);
    const goal = replayTargetOf(to, letter.originQueue);
    const outcome = await this.send(letter, goal);
    if (outcome !== 'sent') throw failureOf(outcome, goal);
    await markReplayed(this.parts.database, [{ id, to: goal.words }], actor);
    return { id, outcome, reason: null };
  }

  /** One after the other in the order of their death, at most for 20 s; `last` is where to go on. */
  async replayMany(selection: Selection, to: ReplayTo | undefined, actor: string) {
    this.connected();
    const ids = await this.pick(selection);
    const until = performance.now() + LONGEST_MS;
    const items: ReplayedLetter[] = [];
    while (items.length < ids.length && performance.now() < until) {
      items.push(...(await this.replayThese(ids.slice(items.length, items.length + AT_ONCE), to, actor)));
    }
    return { items, left: ids.length - items.length, last: items.at(-1)?.id };
  }

  private pick(selection: Selection): Promise<readonly string[]> {
    if ('ids' in selection) return Promise.resolve([...new Set(selection.ids)].sort());
    const { filter, limit, after } = selection;
    return pickDeadLetters(this.parts.database, filter, { limit, after });
  }

  private async replayThese(
    ids: readonly string[],
    to: ReplayTo | undefined,
    actor: string,
  ): Promise<ReplayedLetter[]> {
    const letters = await loadDeadLetters(this.parts.database, ids);
    const byId = new Map(letters.map((letter) => [letter.id, letter]));
    const tried = ids.map((id) => this.tryOne(id, byId.get(id), to));
    const settled = await Promise.all(tried);
    const sent = settled.flatMap(({ item, words }) => (item.outcome === 'sent' ? [{ id: item.id, to: words }] : []));
    if (sent.length > 0) await markReplayed(this.parts.database, sent, actor);
    return settled.map(({ item }) => item);
  }

  private async tryOne(id: string, letter: FullDeadLetterRow | undefined, to: ReplayTo | undefined) {
    if (!letter) return { item: { id, outcome: 'not-found', reason: null } as const, words: '' };
    try {
      const goal = replayTargetOf(to, letter.originQueue);
      const outcome = await this.send(letter, goal);
      const reason = outcome === 'sent' ? null : failureOf(outcome, goal).message;
      return { item: { id, outcome, reason }, words: goal.words };
    } catch (error) {
      if (!(error instanceof MeshError)) throw error;
      return { item: { id, outcome: 'kept', reason: error.message } as const, words: '' };
    }
  }

  private async send(letter: FullDeadLetterRow, { target }: ReplayTarget): Promise<'sent' | 'unroutable' | 'refused'> {
    const message = replayedMessage(letter, uuidv7());
    this.connected();
    if (this.underWay.has(letter.id)) {
      throw new StateConflictError(`Letter ${letter.id} is being sent again at this moment. Look at it, then decide.`);
    }
    this.underWay.add(letter.id);
    try {
      const outcome = await this.forward(target, message);
      this.parts.metrics.sentAgain(outcome);
      return outcome;
    } finally {
      this.underWay.delete(letter.id);
    }
  }

  /** An exchange that does not exist is nowhere, too. */
  private async forward(...sent: Parameters<Bus['forward']>): Promise<Exclude<PublishOutcome, 'dropped'>> {
    try {
      return (await this.parts.bus.forward(...sent)) as Exclude<PublishOutcome, 'dropped'>; // durable: never dropped
    } catch (error) {
      if (error instanceof UnroutableError) return 'unroutable';
      throw error;
    }
  }

  private connected(): void {
    if (this.parts.bus.connected) return;
    throw new BrokerUnavailableError('There is no connection to RabbitMQ, so nothing can be sent again. Try later.');
  }
}

function failureOf(outcome: 'sent' | 'unroutable' | 'refused', { target, words }: ReplayTarget): MeshError {
  if (outcome === 'refused') return new RecipientFullError(target);
  return new UnroutableError(target, `there is no ${words} now; the letter stays. Name another place in "to"`);
}
