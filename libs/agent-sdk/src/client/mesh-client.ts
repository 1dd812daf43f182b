import {
  type MessageKind,
  type Submit,
  type Task,
  type TaskReferences,
  tasksCancel,
  tasksGet,
  tasksSubmit,
  type Workflow,
  workflowsGet,
} from '@baton/contracts';
import { type BrokerAddress, type Bus, connectBus, routes } from '@baton/bus';
import { createLogger, type Logger } from '@baton/observability';
import { WorkflowListener } from './workflow-listener';
import { type Watch, type WorkflowCallbacks } from './workflow-watch';

/** `url`: RabbitMQ; several URLs separated by commas are tried in turn. */
export interface MeshClientOptions extends BrokerAddress {
  /** An access token, or what gets one: it is asked before each request. */
  readonly token: string | (() => string | Promise<string>);
  /** Shown at the broker and in the keys of tasks; the same for all replicas of a service. */
  readonly name: string;
  readonly logger?: Logger;
}

/** How long an answer may take, beyond the wait that was asked for. */
const ANSWER_MS = 10_000;

/**
 * Tasks and workflows for services on the bus. Each call throws what the bus throws: `RequestFailedError` with the problem document,
 * `RequestTimeoutError` or `BrokerUnavailableError` when it may have been done. Give an idempotency key and ask again.
 */
export class MeshClient {
  private readonly listener: WorkflowListener;

  private constructor(
    private readonly bus: Bus,
    private readonly token: MeshClientOptions['token'],
  ) {
    this.listener = new WorkflowListener(bus, (id) => this.getWorkflow(id));
  }

  /** Throws BrokerUnavailableError. */
  static async connect({
    token,
    name,
    logger = createLogger(name),
    ...broker
  }: MeshClientOptions): Promise<MeshClient> {
    return new MeshClient(await connectBus({ ...broker, name, source: `/services/${name}`, logger }), token);
  }

  /** The stored task; with `waitSeconds` (at most 300) the finished one, or the unfinished when the time is up. */
  submit(task: Submit, { waitSeconds }: { readonly waitSeconds?: number } = {}): Promise<Task> {
    const data = waitSeconds === undefined ? task : { ...task, wait: waitSeconds };
    return this.ask(tasksSubmit, data, ANSWER_MS + (waitSeconds ?? 0) * 1000);
  }

  /** Up to 1000 tasks, all or none. A batch is one message: at most 1 MiB. */
  submitMany(tasks: readonly Submit[]): Promise<TaskReferences> {
    return this.ask(tasksSubmit, { tasks });
  }

  get(id: string): Promise<Task> {
    return this.ask(tasksGet, { id });
  }

  cancel(id: string, reason?: string): Promise<Task> {
    return this.ask(tasksCancel, reason === undefined ? { id } : { id, reason });
  }

  getWorkflow(id: string): Promise<Workflow> {
    return this.ask(workflowsGet, { id });
  }

  /**
   * Tells of a workflow until it has ended. It is read first, and again after losses of the connection: nothing that
   * counts is missed. Resolves once it listens; `ended` rejects when the workflow does not exist.
   */
  watchWorkflow(id: string, callbacks: WorkflowCallbacks = {}): Promise<Watch> {
    return this.listener.watch(id, callbacks);
  }

  close(): Promise<void> {
    this.listener.close();
    return this.bus.close();
  }

  private async ask<Answer>(kind: MessageKind<unknown>, data: unknown, timeoutMs = ANSWER_MS): Promise<Answer> {
    const token = typeof this.token === 'string' ? this.token : await this.token();
    const headers = { authorization: `Bearer ${token}` };
    const { data: answer } = await this.bus.request<Answer>(
      routes.orchestrator,
      { kind, data },
      { timeoutMs, headers },
    );
    return answer;
  }
}
