import { type RunOutcome } from '../report';
import { type Stage, type StageAgent } from '../stage/stage';

/** How much a run does: `of` scales the full number down in quick runs. */
export interface Scale {
  readonly quick: boolean;
  of(full: number, quick: number): number;
}

/** Something that is measured. */
export interface Scenario {
  readonly name: string;
  readonly about: string;
  /** The series that bounds this one, such as `limit-db four connections`. */
  readonly limit?: string;
  /** Scenarios with the same agents share a mesh, and their runs alternate. */
  readonly agents: readonly StageAgent[];
  /** Each run has a mesh of its own: what a run does would burden the next one. */
  readonly fresh?: boolean;
  /** However many runs are asked for: this takes long. */
  readonly mostRuns?: number;
  /** Once, before the first run; not measured. */
  warmUp?(stage: Stage, scale: Scale): Promise<unknown>;
  run(stage: Stage, scale: Scale): Promise<RunOutcome>;
}

/** One process that is never short of slots. */
export const oneAgent: readonly StageAgent[] = [{ name: 'probe', family: 'probe', concurrency: 2000 }];

/** The same on a mesh where nothing heavy runs: what that leaves to vacuum and to write back is no part of a calm hour. */
export const calmAgent: readonly StageAgent[] = [...oneAgent];

/** A task that does nothing, with an input of 60 bytes that comes back as its output. */
export const noOp = { capability: 'probe.echo', input: { n: 1, text: 'the quick brown fox jumps over the lazy dog' } };
