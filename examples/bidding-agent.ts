// Try it: npm start, then three of them, each in a terminal of its own: PRICE=1 npm run agent -- examples/bidding-agent.ts,
// PRICE=3 npm run agent -- examples/bidding-agent.ts and, for one that is never interested, PRICE=none.
// Then POST /api/workflows {"start":true,"definition":{"name":"print","pattern":"auction","capability":"print.pages",
// "input":{"pages":20}, "score":{"cost":1}}}: the cheapest prints. Kill it while it does: the next best prints.
import { setTimeout as delay } from 'node:timers/promises';
import { type Bid, type BidRequest, Capability, runAgent, type TaskContext } from '@baton/agent-sdk';

interface Job {
  readonly pages: number;
  /** How long a page takes. */
  readonly pageMs?: number;
}

/** Of one page; undefined: it does not bid. */
const price = process.env['PRICE'] === 'none' ? undefined : Number(process.env['PRICE'] ?? 1);

class Print extends Capability<Job, { pages: number; by: string }> {
  readonly name = 'print.pages';
  readonly input = {
    type: 'object',
    required: ['pages'],
    properties: { pages: { type: 'integer', minimum: 1 }, pageMs: { type: 'number', minimum: 0 } },
  };
  readonly output = {
    type: 'object',
    required: ['pages', 'by'],
    properties: { pages: { type: 'integer' }, by: { type: 'string' } },
  };

  /** What others wait for it comes on top; how sure it is of itself stays as usual. */
  bid({ pages, pageMs = 10 }: Job, { usual }: BidRequest): Bid | null {
    if (price === undefined) return null;
    return { cost: price * pages, seconds: (pages * pageMs) / 1000, confidence: usual.confidence };
  }

  async execute({ pages, pageMs = 10 }: Job, task: TaskContext): Promise<{ pages: number; by: string }> {
    for (let page = 1; page <= pages; page += 1) {
      await delay(pageMs, undefined, { signal: task.signal });
      task.progress((100 * page) / pages);
    }
    task.cost((price ?? 1) * pages);
    return { pages, by: `for ${price ?? 1} a page` };
  }
}

void runAgent({ family: 'print', capabilities: [Print], concurrency: 1 });
