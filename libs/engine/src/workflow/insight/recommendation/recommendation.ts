import { type DurationStats } from '../../progress/forecast';
import { type Shape } from './shape';

export const executions = ['as-written', 'sequential', 'parallel', 'pipeline'] as const;
type Execution = (typeof executions)[number];

/** One way to run the document, and how long it would take. */
export interface Candidate {
  readonly execution: Execution;
  /** Tasks at once at most; null: as many as there are slots. */
  readonly concurrency: number | null;
  /** Of a pipeline. */
  readonly stages: readonly { readonly id: string; readonly capability: string | null; readonly concurrency: number }[];
  /** Expected, and what it lies between in about eight of ten cases. */
  readonly makespanMs: number;
  readonly lowMs: number;
  readonly highMs: number;
}

/** One capability the document uses. */
export interface Load {
  readonly capability: string;
  readonly tasks: number;
  readonly meanMs: number;
  /** Null: nobody who is present offers it. */
  readonly slots: number | null;
  /** What all its tasks take on all its slots. */
  readonly boundMs: number;
  /** How many durations are known; 0: it has never been done. */
  readonly known: number;
}

export interface Recommendation {
  readonly execution: Execution;
  readonly pattern: 'sequential' | 'parallel' | 'pipeline';
  /** More tasks at once gain next to nothing. */
  readonly concurrency: number | null;
  readonly makespanMs: number;
  readonly lowMs: number;
  readonly highMs: number;
  /** What to change in the document. */
  readonly change: string;
  /** In words, with the numbers. */
  readonly reasons: readonly string[];
  readonly candidates: readonly Candidate[];
  readonly shape: Shape;
  readonly loads: readonly Load[];
  /** Capabilities nobody has ever done: their durations are a guess. */
  readonly unknown: readonly string[];
  /** What else was taken for want of knowledge. */
  readonly assumptions: readonly string[];
}

/** What is known of the mesh and of history. */
export interface RecommendationKnowledge {
  durationsOf(capability: string): DurationStats | undefined;
  slotsOf(capability: string): number | undefined;
  /** How many children a step had before; keys without what is in brackets. */
  childrenOf(key: string): number | undefined;
}
