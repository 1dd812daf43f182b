import { type FieldFault } from '@baton/contracts';

type Validate = (data: unknown) => readonly FieldFault[];

/** What outputs are checked with, compiled once per version; null: nothing. A promise: it has to be read first. */
export interface OutputSchemas {
  outputCheck(capability: string, version: string | undefined): Validate | null | Promise<Validate | null>;
}
