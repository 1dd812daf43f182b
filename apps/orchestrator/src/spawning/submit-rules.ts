import { type CapabilityCatalog } from '../intake/capability-catalog';
import { type TaskDefaults } from '../intake/new-task';

/** What spawned tasks are checked with, as any submission is, and what those that leave it out get. */
export interface SubmitRules {
  readonly catalog: Pick<CapabilityCatalog, 'check'>;
  readonly defaults: TaskDefaults;
}
