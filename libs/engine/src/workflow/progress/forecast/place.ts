import { type Body } from '../../document/graph';
import { type Unit } from '../../run/unit';
import { type PlanBuilder, type Span } from './plan-builder';

/** Where a part of the run stands: what it is named, what it is limited by, and the unit when there is one already. */
export interface Place {
  readonly key: string;
  readonly lanes: readonly number[];
  readonly unit: Unit | undefined;
  /** As it is written, where it is a step. */
  readonly step?: unknown;
}

/** Plans what bodies do, whatever they are inside. */
export interface BodyPlanner {
  readonly builder: PlanBuilder;
  /** What is left of a step, an element or a child. */
  body(body: Body, place: Place): Span;
}
