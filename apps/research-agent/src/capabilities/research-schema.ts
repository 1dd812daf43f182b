import { type JsonObject, objectSchema } from '@baton/contracts';

/** Parts of the schemas that the research capabilities publish. */
export interface GivenDocument {
  readonly id: string;
  readonly title?: string;
  readonly text: string;
  readonly metadata?: JsonObject;
}

/** Also the name of a folder: nothing in it can lead elsewhere. */
export const corpusName: JsonObject = { type: 'string', pattern: '^[a-z0-9][a-z0-9_-]{0,63}$' };

export const documentSchema: JsonObject = objectSchema({
  id: { type: 'string', minLength: 1, maxLength: 1000 },
  'title?': { type: 'string', maxLength: 1000 },
  text: { type: 'string', maxLength: 1_000_000 },
  'metadata?': { type: 'object' },
});
