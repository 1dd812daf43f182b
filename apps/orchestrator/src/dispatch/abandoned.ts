import { type CanceledTask, findEndedAttempts } from '@baton/persistence';
import { type AttemptDeadlines } from './attempt-deadlines';
import { type Desk } from './desk';
import { type Held } from './held-attempts';

/** Attempts of tasks that have ended otherwise: their agents are told, and keep the slot until they answer. */
export class Abandoned {
  constructor(
    private readonly desk: Pick<Desk, 'database' | 'scheduler' | 'held'>,
    private readonly deadlines: AttemptDeadlines,
    private readonly abort: (held: Held, reason: string) => void,
  ) {}

  canceled(tasks: readonly CanceledTask[]): void {
    for (const { id, token } of tasks) {
      this.desk.scheduler.remove(id);
      const held = token && this.desk.held.current(id, token);
      if (held) this.letGo(held, 'canceled');
    }
  }

  /** Finds what has ended at another door. */
  async sweep(): Promise<void> {
    const out = this.desk.held.all().map((held) => ({ id: held.row.id, token: held.row.token, held }));
    const ended = new Set(await findEndedAttempts(this.desk.database, out));
    for (const { id, token, held } of out) {
      if (ended.has(id) && this.desk.held.current(id, token)) this.letGo(held, 'canceled');
    }
  }

  private letGo(held: Held, reason: string): void {
    this.deadlines.clear(held.row.token);
    this.desk.held.forget(held.row.id, held.row.token);
    this.abort(held, reason);
  }
}
