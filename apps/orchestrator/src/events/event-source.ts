import { feedEnd, type FeedPosition, readFeed, type Sql, workflowsOfTasks } from '@baton/persistence';
import { type FeedEvent, toFeedEvents, toPosition, toSequence } from './mesh-event';

export interface EventPage {
  readonly events: readonly FeedEvent[];
  /** Everything up to this sequence number was seen. */
  readonly seen: number;
  readonly atEnd: boolean;
}

const PAGE = 1000;

/** Reads the feed from the audit, a page at a time. */
export class EventSource {
  constructor(private readonly sql: Sql) {}

  async end(): Promise<number> {
    return toSequence(await feedEnd(this.sql));
  }

  async after(sequence: number): Promise<EventPage> {
    const position: FeedPosition = toPosition(sequence);
    const page = await readFeed(this.sql, position, PAGE);
    const tasks = page.entries.filter(({ row }) => row.subject === 'task').map(({ row }) => row.subjectId);
    const places = await workflowsOfTasks(this.sql, [...new Set(tasks)]);
    const all = page.entries.flatMap((entry) => toFeedEvents(entry, (id) => places.get(id)));
    const events = all.filter((each) => each.sequence > sequence);
    return { events, seen: Math.max(sequence, toSequence(page.next)), atEnd: page.atEnd };
  }
}
