import { type Bus, type Outgoing, type PublishOutcome, type Target } from '@baton/bus';
import { taskFinished, type TaskFinished, type TaskProgress } from '@baton/contracts';

/** The sending half of a bus in memory, for the rules of the runner; the broker itself is for the integration specs. */
export class BusStandIn {
  readonly results: TaskFinished[] = [];
  readonly progress: TaskProgress[] = [];
  /** Sizes of the messages with results. */
  readonly batches: number[] = [];
  /** What the next publishes answer; `sent` when it is empty. */
  readonly answers: (PublishOutcome | Error)[] = [];
  /** While set, publishes wait for it. */
  gate: Promise<void> | undefined;
  readonly bus: Bus;

  constructor() {
    const publish = (_target: Target, message: Outgoing | readonly Outgoing[]): Promise<PublishOutcome> =>
      this.take((Array.isArray(message) ? message : [message]) as readonly Outgoing[]);
    this.bus = { connected: true, publish } as unknown as Bus;
  }

  private async take(messages: readonly Outgoing[]): Promise<PublishOutcome> {
    await this.gate;
    const answer = this.answers.shift() ?? 'sent';
    if (answer instanceof Error) throw answer;
    if (answer !== 'sent') return answer;
    const results = messages.filter((message) => message.kind === taskFinished);
    if (results.length > 0) this.batches.push(results.length);
    this.results.push(...results.map((message) => JSON.parse(message.dataJson ?? '') as TaskFinished));
    this.progress.push(...messages.flatMap(({ kind, data }) => (kind === taskFinished ? [] : [data as TaskProgress])));
    return 'sent';
  }
}
