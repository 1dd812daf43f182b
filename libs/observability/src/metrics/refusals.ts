import { Counter, type Registry } from 'prom-client';
import { type Logger } from '../logger';

/** The first of a kind is logged at once, those that follow together, this often: a flood must not fill the disk. */
const TELL_EVERY_MS = 10_000;
/** Kinds told apart in the log; whoever makes up more ends up in one line. */
const MOST_KINDS = 1000;

interface Kind {
  toldAt: number;
  untold: number;
}

/** Makes visible what was refused: every single one counts in `baton_refused_total`, the log tells of each kind. */
export class Refusals {
  private readonly kinds = new Map<string, Kind>();
  private readonly counter: Counter<'what' | 'reason'>;
  private total = 0;

  constructor(
    private readonly logger: Logger,
    registry: Registry,
    private readonly clock: () => number = () => performance.now(),
  ) {
    this.counter = new Counter({
      name: 'baton_refused_total',
      help: 'Messages that were refused because their sender had no right to them.',
      labelNames: ['what', 'reason'],
      registers: [registry],
    });
  }

  /** All that this process refused so far. */
  get count(): number {
    return this.total;
  }

  /** `what` and `reason` are few fixed words; `subject` is what it was about: an agent. */
  refuse(what: string, reason: string, subject: Readonly<Record<string, unknown>>): void {
    this.total++;
    this.counter.inc({ what, reason });
    const kind = this.kindOf(`${what} ${reason} ${JSON.stringify(subject)}`);
    const now = this.clock();
    kind.untold++;
    if (now - kind.toldAt < TELL_EVERY_MS) return;
    const times = kind.untold;
    [kind.toldAt, kind.untold] = [now, 0];
    this.logger.warn({ event: 'sender.refused', what, reason, ...subject, times }, 'the sender has no right to this');
  }

  private kindOf(wanted: string): Kind {
    const key = this.kinds.has(wanted) || this.kinds.size < MOST_KINDS ? wanted : '';
    let kind = this.kinds.get(key);
    if (!kind) this.kinds.set(key, (kind = { toldAt: -Infinity, untold: 0 }));
    return kind;
  }
}
