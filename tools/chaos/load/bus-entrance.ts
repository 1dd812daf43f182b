import { connectBus, outgoing, RequestFailedError, routes, type Bus } from '@baton/bus';
import { type Task, tasksSubmit, type TaskSubmission } from '@baton/contracts';
import { createLogger } from '@baton/observability';
import { type Door, type DoorAnswer, type Entrance, nobody } from './door';

const ANSWER_WITHIN_MS = 4000;

/** Submission by request over RabbitMQ, by a connection no fault touches but the broker's death. */
export class BusEntrance implements Entrance {
  private constructor(
    private readonly bus: Bus,
    private readonly signIn: Door,
  ) {}

  /** Tokens come from that door: the bus has no way to sign in. */
  static async open(url: string, signIn: Door): Promise<BusEntrance> {
    const logger = createLogger('chaos-sender', 'fatal');
    return new BusEntrance(await connectBus({ url, name: 'chaos-sender', source: '/chaos/sender', logger }), signIn);
  }

  /** Never rejects; what the request came to is told as HTTP would. */
  async submit(task: TaskSubmission): Promise<DoorAnswer> {
    const first = await this.ask(task);
    if (first.status !== 401) return first;
    this.signIn.forgetToken();
    return this.ask(task);
  }

  close(): Promise<void> {
    return this.bus.close(1000);
  }

  private async ask(task: TaskSubmission): Promise<DoorAnswer> {
    const token = await this.signIn.token();
    if (token === undefined) return nobody;
    const headers = { authorization: `Bearer ${token}` };
    const options = { headers, timeoutMs: ANSWER_WITHIN_MS };
    try {
      const { data } = await this.bus.request<Task>(routes.orchestrator, outgoing(tasksSubmit, task), options);
      return { status: 200, body: { ...data } };
    } catch (error) {
      if (error instanceof RequestFailedError) return { status: error.problem.status, body: { ...error.problem } };
      return nobody; // no broker, no orchestrator behind it, or no answer in time
    }
  }
}
