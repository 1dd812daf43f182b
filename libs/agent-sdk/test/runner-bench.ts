import { type TaskAssigned } from '@baton/contracts';
import { createLogger } from '@baton/observability';
import { BusStandIn } from './bus-stand-in';
import { assignment, newAgentId } from './mesh-stand-in';
import { type AnyCapability, Capability } from '../src/capability/capability';
import { compileOffers } from '../src/capability/offer';
import { type TaskContext } from '../src/capability/task-context';
import { Messages } from '../src/messages/messages';
import { ProgressSender } from '../src/runner/progress-sender';
import { Reporter } from '../src/runner/reporter';
import { ResultOutbox } from '../src/runner/result-outbox';
import { Runner } from '../src/runner/runner';

const logger = createLogger('runner', 'silent');

/** Each attempt runs until the test ends it, by its input. */
export class HeldWork extends Capability<string, unknown> {
  readonly input = { type: 'string' };
  readonly output = {};
  readonly started: string[] = [];
  readonly contexts = new Map<string, TaskContext>();
  private readonly ends = new Map<string, [resolve: (output: unknown) => void, reject: (error: Error) => void]>();

  constructor(readonly name = 'test.work') {
    super();
  }

  execute(input: string, task: TaskContext): Promise<unknown> {
    this.started.push(input);
    this.contexts.set(input, task);
    return new Promise((...end) => this.ends.set(input, end));
  }

  complete(input: string): void {
    this.ends.get(input)?.[0]('done');
  }

  fail(input: string): void {
    this.ends.get(input)?.[1](new Error('no'));
  }
}

/** A runner with held work on a stand-in for the bus, under a clock that stands still. */
export class RunnerBench {
  readonly wire = new BusStandIn();
  readonly work = new HeldWork();
  readonly runner: Runner;

  constructor(concurrency: number, ...others: AnyCapability[]) {
    const agentId = newAgentId();
    const reporter = new Reporter(agentId, new ResultOutbox(this.wire.bus, logger), logger);
    const progress = new ProgressSender(this.wire.bus, agentId, logger);
    const offers = compileOffers([this.work, ...others], concurrency);
    this.runner = new Runner({ offers, concurrency, reporter, progress, messages: new Messages(), logger });
  }

  assign(...tasks: TaskAssigned[]): void {
    for (const task of tasks) this.runner.assign(task);
  }

  /** Outcomes or error codes of all results of an attempt. */
  readonly said = ({ token }: TaskAssigned): string[] =>
    this.wire.results.filter((one) => one.token === token).map(({ outcome, error }) => error?.code ?? outcome);
}

export const turn = (ms = 0): Promise<void> => jest.advanceTimersByTimeAsync(ms);

export const task = (input: string, more: Partial<TaskAssigned> = {}): TaskAssigned =>
  assignment('test.work', input, more);

export const taskAfter = ({ token }: TaskAssigned, input: string, more: Partial<TaskAssigned> = {}): TaskAssigned =>
  task(input, { ...more, after: token });
