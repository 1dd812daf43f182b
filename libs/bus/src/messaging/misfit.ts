import { ValidationError, type CloudEvent, type FieldFault, type MeshError } from '@baton/contracts';
import { type Verdict } from '../bus';
import { MessageInvalidError } from '../errors';

/** What the dead letters are told. */
export type Rejection = Extract<Verdict, object>;

/** Why an event is not taken: for the dead letters, and as the error whoever asked is answered. */
export interface Misfit {
  readonly rejection: Rejection;
  readonly error: MeshError;
}

const mostKnown = 20;

/** `where` is a noun: `nothing here`, `channel prices`. */
export function unknownType(type: string, where: string, known: readonly string[]): Misfit {
  const listed = known.length > mostKnown ? [...known.slice(0, mostKnown), '…'] : known;
  const advice = known.length > 0 ? `Known: ${listed.join(', ')}.` : 'Nothing is taken.';
  const text = `${where} does not take messages of type ${type}. ${advice}`;
  return { rejection: { reject: text, code: 'unknown-type' }, error: new MessageInvalidError(text) };
}

export function invalidData(event: CloudEvent<unknown>, faults: readonly FieldFault[], where = ''): Misfit {
  const [first] = faults;
  const text = `the data of ${event.type} ${event.id} does not fit${where}: ${first?.path ?? ''} ${first?.message ?? ''}`;
  return { rejection: { reject: text, code: 'invalid' }, error: new ValidationError(faults) };
}

/** For errors that say it themselves. */
export function unfit(error: MeshError): Misfit {
  return { rejection: { reject: `${error.code}: ${error.message}`, code: 'refused' }, error };
}
