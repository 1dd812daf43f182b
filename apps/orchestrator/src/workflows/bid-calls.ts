import { type Submit, type WorkflowId } from '@baton/contracts';
import { type Desk } from '../dispatch/desk';
import { type RunEvent } from './workflow-events';

/** Of the step `key`: agents that could do `submit` are asked to bid for it. */
export interface BidCall {
  readonly workflowId: WorkflowId;
  readonly key: string;
  readonly callId: string;
  readonly submit: Submit;
  readonly windowMs: number;
}

/** Asks agents to bid, during one term. */
export interface BidCalls {
  /**
   * After the commit; does not wait. The answer is a `bids` event given to `receive`. One call may be made again, after a
   * restart of the brain too: one that is under way is not made twice.
   */
  call(call: BidCall): void;
  /** Resolves when nothing is under way any more; what was is made again by the next brain. */
  stop(): Promise<void>;
}

/** `receive` resolves once the events are stored; it rejects when the term cannot go on, which it is told of anyhow. */
export type StartBidCalls = (desk: Desk, receive: (events: readonly RunEvent[]) => Promise<void>) => BidCalls;
