import { ValidationError } from '@baton/contracts';
import { z } from 'zod';
import { findNul } from './json-flaws';

/** Reads the query string. Unknown parameters are refused, each fault by name. Throws ValidationError. */
export function parseQuery<Schema extends z.ZodType>(schema: Schema, query: unknown): z.infer<Schema> {
  const nul = findNul(query);
  if (nul !== undefined) throw new ValidationError([{ path: nul, message: 'holds a NUL character: remove it' }]);
  const parsed = schema.safeParse(query);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((path) => ({ path, message: 'is not a known parameter' }));
    return [{ path: issue.path.join('.'), message: issue.message }];
  });
  throw new ValidationError(faults);
}

/** Every list takes these. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(500).default(50),
  cursor: z.string().max(300).optional(),
};

/** A position as an opaque text. */
export function writeCursor(position: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** Reads a cursor back. Throws ValidationError when it is none of ours. */
export function readCursor<Schema extends z.ZodType>(
  cursor: string | undefined,
  shape: Schema,
): z.infer<Schema> | undefined {
  if (cursor === undefined) return undefined;
  try {
    return shape.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    throw new ValidationError([
      { path: 'cursor', message: 'is none that a list answered: pass nextCursor as it came' },
    ]);
  }
}
