import { Counter, Histogram, type Registry } from 'prom-client';
import { type Pattern } from '../messaging/messenger';
import { type BusMeter, type HandledOutcome, type RequestOutcome, type SentOutcome } from './bus-meter';

const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30];

/** The measures of a bus in Prometheus: throughput, delivery time and errors of each pattern. See docs/reference/metrics.md. */
export class PrometheusMeter implements BusMeter {
  private readonly sends: Counter<'pattern' | 'outcome'>;
  private readonly receipts: Counter<'pattern' | 'outcome'>;
  private readonly delivery: Histogram<'pattern'>;
  private readonly requests: Histogram<'outcome'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.sends = new Counter({
      name: 'baton_bus_sent_total',
      help: 'Events sent, by pattern and what became of them at the broker.',
      labelNames: ['pattern', 'outcome'],
      registers,
    });
    this.receipts = new Counter({
      name: 'baton_bus_handled_total',
      help: 'Events given to a handler, by pattern and verdict.',
      labelNames: ['pattern', 'outcome'],
      registers,
    });
    this.delivery = new Histogram({
      name: 'baton_bus_delivery_seconds',
      help: 'From the time of an event, by the clock of its sender, to its handler.',
      labelNames: ['pattern'],
      buckets,
      registers,
    });
    this.requests = new Histogram({
      name: 'baton_bus_request_seconds',
      help: 'From a request to its answer or failure.',
      labelNames: ['outcome'],
      buckets,
      registers,
    });
  }

  sent(pattern: Pattern, outcome: SentOutcome, count: number): void {
    this.sends.inc({ pattern, outcome }, count);
  }

  asked(outcome: RequestOutcome, seconds: number): void {
    this.requests.observe({ outcome }, seconds);
  }

  delivered(pattern: Pattern, seconds: number): void {
    this.delivery.observe({ pattern }, seconds);
  }

  handled(pattern: Pattern, outcome: HandledOutcome, count: number): void {
    this.receipts.inc({ pattern, outcome }, count);
  }
}
