import { type Verdict } from '../bus';
import { type RefusalCode } from '../refusal';

/** Why a message is refused. */
export interface Refusal {
  readonly reason: string;
  readonly code: RefusalCode;
  /** How often it was delivered, where that is the reason. */
  readonly deliveries?: number;
}

/** What a handler's verdict says to the dead letters. */
export function refusalOf({ reject, code = 'refused' }: Exclude<Verdict, string>): Refusal {
  return { reason: reject, code };
}
