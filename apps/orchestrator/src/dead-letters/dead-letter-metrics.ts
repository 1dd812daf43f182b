import { type Bus, queues } from '@baton/bus';
import { countDeadLetters, type Database } from '@baton/persistence';
import { Counter, Gauge, type Registry } from 'prom-client';

/** What happens to dead letters in this process, and how many there are in all. */
export class DeadLetterMetrics {
  private readonly mirrored: Counter<'reason'>;
  private readonly replayed: Counter<'outcome'>;
  private readonly gone: Counter<'why'>;

  constructor(registry: Registry, { database, bus }: { readonly database: Database; readonly bus: Bus }) {
    const registers = [registry];
    this.mirrored = new Counter({
      name: 'baton_dead_letters_mirrored_total',
      help: 'Dead letters this process stored, by reason code.',
      labelNames: ['reason'],
      registers,
    });
    this.replayed = new Counter({
      name: 'baton_dead_letters_replayed_total',
      help: 'Dead letters sent again, by outcome.',
      labelNames: ['outcome'],
      registers,
    });
    this.gone = new Counter({
      name: 'baton_dead_letters_deleted_total',
      help: 'Dead letters purged by somebody or pruned beyond the limits.',
      labelNames: ['why'],
      registers,
    });
    const stored: Gauge<'reason'> = new Gauge({
      name: 'baton_dead_letters',
      help: 'Dead letters that are stored, by reason code.',
      labelNames: ['reason'],
      registers,
      collect: async () => {
        const counts = await countDeadLetters(database);
        stored.reset();
        for (const [reason, count] of Object.entries(counts)) stored.set({ reason }, count);
      },
    });
    const waiting: Gauge = new Gauge({
      name: 'baton_dead_letters_waiting',
      help: 'Dead letters in the queue that are not stored yet; absent while the broker is away.',
      registers,
      collect: async () => {
        waiting.remove();
        if (!bus.connected) return;
        const [queue] = await bus.admin.inspect([queues.deadLetters.name]);
        if (queue) waiting.set(queue.messages);
      },
    });
  }

  stored(byReason: ReadonlyMap<string, number>): void {
    for (const [reason, count] of byReason) this.mirrored.inc({ reason }, count);
  }

  sentAgain(outcome: string): void {
    this.replayed.inc({ outcome });
  }

  deleted(why: 'purged' | 'pruned', count: number): void {
    this.gone.inc({ why }, count);
  }
}
