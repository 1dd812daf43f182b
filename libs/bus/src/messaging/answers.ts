import { messageReceipt, requestFailed, StateConflictError, type Address, type ReceiptOutcome } from '@baton/contracts';
import { outgoing, type Delivery, type Outgoing, type Verdict } from '../bus';
import { MessageInvalidError } from '../errors';
import { problemOf } from '../respond';
import { type Rejection } from './misfit';

/** What the sender wants to hear: nothing, what became of the message, or an answer to what it says. */
export type Asked = 'nothing' | 'receipt' | 'answer';

export function askedOf(delivery: Delivery): Asked {
  if (!delivery.replier()) return 'nothing';
  return delivery.headers['baton-receipt'] === 'wanted' ? 'receipt' : 'answer';
}

/** What becomes of an event here, and what its sender is told. */
export interface Judged {
  readonly verdict: Verdict;
  readonly answer?: Outgoing;
}

export class Answers {
  constructor(private readonly address: Address) {}

  /** `answer` is what the handler gave. */
  handled(asked: Asked, type: string, answer: Outgoing | undefined): Judged {
    if (asked === 'nothing') return { verdict: 'done' };
    if (answer) return { verdict: 'done', answer };
    if (asked === 'receipt') return { verdict: 'done', answer: this.receipt('handled', null) };
    return {
      verdict: 'done',
      answer: problem(
        new MessageInvalidError(
          `${this.address} took the ${type} and has no answer to such messages. Send them instead of asking.`,
        ),
      ),
    };
  }

  /** It was handled before; `answer` is the one it got then, as far as it is still known. */
  again(asked: Asked, id: string, answer: Outgoing | undefined): Judged {
    if (asked !== 'answer' || answer) return this.handled(asked, '', answer);
    const text = `${this.address} has handled ${id} before and does not know the answer any more. Ask with a new id to have it done again.`;
    return { verdict: 'done', answer: problem(new StateConflictError(text)) };
  }

  /** Of a request to a whole channel those answer who want it. */
  filtered(asked: Asked, toMany: boolean): Judged {
    if (asked === 'receipt') return { verdict: 'done', answer: this.receipt('filtered', null) };
    if (asked === 'nothing' || toMany) return { verdict: 'done' };
    const text = `The filter of ${this.address} does not let this request through.`;
    return { verdict: 'done', answer: problem(new MessageInvalidError(text)) };
  }

  /** A request that failed is answered by the problem; anything else goes to the dead letters. */
  refused(asked: Asked, rejection: Rejection, error: unknown): Judged {
    if (asked === 'answer') return { verdict: 'done', answer: problem(error) };
    return this.dead(asked, rejection);
  }

  /** It came to its turn too late: whoever asked has given up. */
  expired(asked: Asked): Judged {
    return this.dead(asked, { reject: 'expired before its turn came', code: 'expired' });
  }

  private dead(asked: Asked, verdict: Rejection): Judged {
    return asked === 'receipt' ? { verdict, answer: this.receipt('refused', verdict.reject) } : { verdict };
  }

  private receipt(outcome: ReceiptOutcome, reason: string | null): Outgoing {
    return outgoing(messageReceipt, { address: this.address, outcome, reason });
  }
}

export function problem(error: unknown): Outgoing {
  return { kind: requestFailed, data: problemOf(error) };
}
