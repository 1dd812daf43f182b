import { type Bus } from '@baton/bus';
import { type Scheduler } from '@baton/engine';
import { type Logger } from '@baton/observability';
import { type Database } from '@baton/persistence';
import { type OutputSchemas } from '../results/output-schemas';
import { type SubmitRules } from '../spawning/submit-rules';
import { type Senders } from '../senders/senders';
import { type HeldAttempts } from './held-attempts';

/** What the parts of one term in office share. A new term starts with an empty one. */
export interface Desk {
  /** Every write carries it; the database refuses those of a term that is over (I3). */
  readonly epoch: number;
  readonly database: Database;
  readonly bus: Bus;
  readonly logger: Logger;
  readonly scheduler: Scheduler;
  readonly held: HeldAttempts;
  readonly outputs: OutputSchemas;
  /** What spawned tasks are checked with. */
  readonly rules: SubmitRules;
  readonly senders: Senders;
}
