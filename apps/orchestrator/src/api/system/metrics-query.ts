import { ValidationError } from '@baton/contracts';
import { type Database, metricsWidths, type MetricsWidth, readMetricsHistory } from '@baton/persistence';
import { z } from 'zod';
import { routeFigures } from '../../performance/route-figures';
import { parseQuery } from '../http/query';

const time = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
export const metricsQuery = z.strictObject({
  from: time.optional().describe('The history begins here; default: 60 buckets before its end.'),
  to: time.optional().describe('The history ends before this time; default: now.'),
  width: z
    .enum(metricsWidths.map(String) as ['10', '60', '3600'])
    .optional()
    .describe('Seconds of a bucket; kept for 2 hours, 2 days and 90 days.'),
  agentId: z.uuid().optional().describe('History of this agent only.'),
  capability: z.string().min(1).max(200).optional().describe('History of this capability only.'),
});

/** Buckets, agents and capabilities in one answer, at most. */
const MAX_ROWS = 5000;
const DEFAULT_BUCKETS = 60;

/** The buckets the query asks for; undefined when it asks for no history. Throws ValidationError. */
export async function metricsHistory(database: Database, query: unknown) {
  const asked = parseQuery(metricsQuery, query);
  if (Object.values(asked).every((value) => value === undefined)) return undefined;
  const width = Number(asked.width ?? 60) as MetricsWidth;
  const to = asked.to ?? new Date();
  const from = asked.from ?? new Date(to.getTime() - DEFAULT_BUCKETS * width * 1000);
  if (from >= to) throw new ValidationError([{ path: 'from', message: 'is not before to' }]);
  const { agentId = null, capability = null } = asked;
  const rows = await readMetricsHistory(database, { width, from, to, agentId, capability, limit: MAX_ROWS + 1 });
  return {
    width,
    from: from.toISOString(),
    to: to.toISOString(),
    truncated: rows.length > MAX_ROWS,
    items: rows.slice(0, MAX_ROWS).map(({ at, agentId: of, agentName, capability: name, ...raw }) => ({
      at: at.toISOString(),
      agentId: of,
      agentName,
      capability: name,
      ...routeFigures(raw, width),
    })),
  };
}
