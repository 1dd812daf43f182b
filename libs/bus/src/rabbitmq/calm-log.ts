import { type Logger } from '@baton/observability';

const everyMs = 5_000;

interface Repeated {
  fields: object;
  text: string;
  count: number;
}

/**
 * Warnings that may come by the thousand: of each sort the first is told at once, the others every few seconds as a
 * count with the latest of them. `sort` must come from a small set.
 */
export class CalmLog {
  private readonly sorts = new Map<string, Repeated>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly logger: Logger) {}

  warn(sort: string, fields: object, text: string): void {
    const known = this.sorts.get(sort);
    if (known) {
      known.fields = fields;
      known.text = text;
      known.count++;
      return;
    }
    this.logger.warn(fields, text);
    this.sorts.set(sort, { fields, text, count: 0 });
    this.timer ??= setInterval(() => this.flush(), everyMs).unref();
  }

  /** Tells what is counted so far. What did not come again is forgotten: its next one is a first one. */
  flush(): void {
    for (const [sort, { fields, text, count }] of this.sorts) {
      this.sorts.delete(sort);
      if (count === 0) continue;
      this.logger.warn({ ...fields, more: count }, text);
      this.sorts.set(sort, { fields, text, count: 0 });
    }
    if (this.sorts.size === 0) this.rest();
  }

  /** Tells the rest. */
  close(): void {
    this.flush();
    this.sorts.clear();
    this.rest();
  }

  private rest(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }
}
