import { refusalCodes } from '@baton/bus';
import { type JsonObject, ValidationError } from '@baton/contracts';
import { type DeadLetterFilter } from '@baton/persistence';
import { z } from 'zod';
import { looseReplayTo, type ReplayTo, replayToSchema } from '../../dead-letters/replay-target';
import { type Selection } from '../../dead-letters/replayer';
import { bodyCheck } from '../http/check-body';
import { byId } from '../http/page';
import { pageQuery } from '../http/query';

const text = z.string().min(1).max(500);
const time = z.iso.datetime({ offset: true });

export const listQuery = z.strictObject({
  ...pageQuery,
  reasonCode: z.enum(refusalCodes).optional(),
  type: text.optional(),
  origin: text.optional().describe('The queue it was refused from.'),
  source: text.optional(),
  since: time.optional().describe('Of the refusal.'),
  until: time.optional(),
  replayed: z.enum(['true', 'false']).optional(),
});

const string: JsonObject = { type: 'string', minLength: 1, maxLength: 500 };
const instant: JsonObject = { type: 'string', format: 'date-time' };
const filter: JsonObject = {
  type: 'object',
  additionalProperties: false,
  properties: {
    reasonCode: { type: 'string', enum: [...refusalCodes] },
    type: string,
    origin: string,
    source: string,
    since: instant,
    until: instant,
    replayed: { type: 'boolean' },
  },
};
const ids: JsonObject = { type: 'array', minItems: 1, maxItems: 1000, items: { type: 'string', format: 'uuid' } };
const closed = (properties: JsonObject): JsonObject => ({ type: 'object', additionalProperties: false, properties });
const most = (maximum: number): JsonObject => ({ type: 'integer', minimum: 1, maximum });

const replay = { ids, filter, limit: most(1000), cursor: { type: 'string', maxLength: 300 } };
const purge = { ids, filter, limit: most(10_000) };

/** For the document; the checks take any form of `to` and say which it should have been. */
export const deadLetterBodySchemas = {
  DeadLetterReplay: closed({ to: replayToSchema }),
  DeadLetterReplayMany: {
    ...closed({ ...replay, to: replayToSchema }),
    description:
      'Letters by id, or the oldest that fit the filter (default: those never replayed; limit 100). One of the two.',
  },
  DeadLetterPurge: {
    ...closed(purge),
    description: 'Letters by id, or the oldest that fit the filter ({}: any; limit 1000). One of the two.',
  },
} satisfies Record<string, JsonObject>;

export interface PurgeBody {
  readonly ids?: readonly string[];
  readonly filter?: DeadLetterFilter;
  readonly limit?: number;
}
interface ReplayManyBody extends PurgeBody {
  readonly cursor?: string;
  readonly to?: ReplayTo;
}

export const readReplay = bodyCheck<{ readonly to?: ReplayTo }>(closed({ to: looseReplayTo }));
const checkReplayMany = bodyCheck<ReplayManyBody>(closed({ ...replay, to: looseReplayTo }));
const checkPurge = bodyCheck<PurgeBody>(closed(purge));

export function readReplayMany(body: unknown): { readonly selection: Selection; readonly to: ReplayTo | undefined } {
  const { ids: given, filter: wanted, limit = 100, cursor, to } = oneOfBoth(checkReplayMany(body));
  if (given) return { selection: { ids: given }, to };
  const after = byId.placeOf(cursor);
  return { selection: { filter: { replayed: false, ...wanted }, limit, after }, to };
}

export function readPurge(body: unknown): PurgeBody {
  return oneOfBoth(checkPurge(body));
}

function oneOfBoth<Body extends PurgeBody>(body: Body): Body {
  if ((body.ids === undefined) !== (body.filter === undefined)) return body;
  const message = body.ids ? 'is not for letters named by ids' : 'is required, or ids';
  throw new ValidationError([{ path: 'filter', message }]);
}
