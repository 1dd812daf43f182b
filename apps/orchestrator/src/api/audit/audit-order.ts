import { type AuditRow } from '@baton/persistence';
import { z } from 'zod';
import { type ListOrder } from '../http/page';
import { readCursor, writeCursor } from '../http/query';

const position = z.tuple([z.string().regex(/^\d+$/), z.uuid(), z.number().int()]);

/** The audit is ordered by transaction, and within one by subject and step. */
export const byTransaction: ListOrder<AuditRow, Pick<AuditRow, 'txid' | 'subjectId' | 'seq'>> = {
  cursorOf: ({ txid, subjectId, seq }) => writeCursor([txid, subjectId, seq]),
  placeOf: (cursor) => {
    const at = readCursor(cursor, position);
    return at && { txid: at[0], subjectId: at[1], seq: at[2] };
  },
};
