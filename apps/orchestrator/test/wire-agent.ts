import {
  type AgentId,
  agentHeartbeat,
  auctionBid,
  type AuctionBid,
  auctionCall,
  type AuctionCall,
  auctionDeclined,
  type JsonSchema,
  type Spawn,
  taskAssigned,
  type TaskAssigned,
  taskCanceled,
  type TaskCanceled,
  type TaskError,
  taskFinished,
  type TaskFinished,
} from '@baton/contracts';
import { type Bus, connectBus, type Delivery, outgoing, queues, routes } from '@baton/bus';
import { createLogger } from '@baton/observability';
import { Database, registerAgent } from '@baton/persistence';
import { v7 as uuidV7 } from 'uuid';
import { type Ways } from './place';

/** What a script returns for a task that it leaves running. */
export const NEVER = Symbol('never');

/** Gives the output of a task, or NEVER; what it throws fails the attempt. */
export type Script = (task: TaskAssigned) => unknown;

export interface AgentOptions {
  readonly name?: string;
  readonly concurrency?: number;
  /** It keeps as many attempts waiting as it has slots, also until another one has completed. */
  readonly sequences?: boolean;
  readonly version?: string;
  readonly incarnation?: number;
  readonly tags?: readonly string[];
  readonly resources?: { readonly cpu?: number; readonly memoryMb?: number; readonly gpu?: number };
  /** Schema of its output. */
  readonly output?: JsonSchema;
  /** Who registered it; default: nobody knows. */
  readonly amqpUser?: string;
  /** What it says when it is asked to bid; null: it declines. Without it, it never answers. */
  readonly bid?: (call: AuctionCall) => Omit<AuctionBid, 'agentId' | 'callId'> | null;
  /** Its way to the broker; the straight one when not given. */
  readonly brokerUrl?: string;
}

type Figures = Partial<Pick<TaskFinished, 'cost' | 'quality' | 'phases'>>;

/** As of an attempt that took so many milliseconds. */
export function phasesOf(ms: number): TaskFinished['phases'] {
  const [executing, completed] = [0, ms].map((at) => new Date(1.8e12 + at).toISOString());
  return { executing, completed } as TaskFinished['phases'];
}

/** The wire side of an agent: registered, it beats when told to and answers each attempt as its script says. */
export class WireAgent {
  readonly assigned: TaskAssigned[] = [];
  readonly canceled: TaskCanceled[] = [];
  readonly calls: AuctionCall[] = [];
  private closing: Promise<void> | undefined;

  private constructor(
    readonly agentId: AgentId,
    private readonly bus: Bus,
    private readonly script: Script,
    private readonly bid: AgentOptions['bid'],
  ) {}

  static async start(place: Ways, capability: string, script: Script, options: AgentOptions = {}): Promise<WireAgent> {
    const agentId = uuidV7() as AgentId;
    const logger = createLogger('test', 'silent');
    const bus = await connectBus({
      url: options.brokerUrl ?? place.brokerUrl,
      name: 'agent',
      source: `/agents/${agentId}`,
      logger,
    });
    const agent = new WireAgent(agentId, bus, script, options.bid);
    await bus.consume(queues.inbox(agentId), (delivery) => agent.take(delivery), { noAck: true });
    await register(place, agentId, capability, options);
    await agent.beat();
    return agent;
  }

  /** A heartbeat of an agent that holds nothing. */
  async beat({ draining = false } = {}): Promise<void> {
    const usage = { cpuPercent: 0, memoryMb: 0, loadAverage: 0 };
    const beat = { agentId: this.agentId, beat: 1, state: 'idle' as const, draining, inFlight: [], usage };
    await this.bus.publish(routes.agentHeartbeats, outgoing(agentHeartbeat, beat));
  }

  finish(task: TaskAssigned, result: { output: unknown } | { error: TaskError }, more: Figures = {}): Promise<void> {
    const outcome = 'error' in result ? ('failed' as const) : ('completed' as const);
    return this.report(task, { outcome, ...(result as { output: null }), ...more });
  }

  handBack(task: TaskAssigned, code: string): Promise<void> {
    return this.report(task, { outcome: 'rejected', error: { code, message: 'not now', retryable: true } });
  }

  /** Ends the attempt to wait for these. */
  async spawn(task: TaskAssigned, spawn: Spawn, more: Figures = {}): Promise<typeof NEVER> {
    await this.report(task, { outcome: 'waiting', spawn, ...more });
    return NEVER;
  }

  private async report(
    { taskId, attempt, token }: TaskAssigned,
    result: Omit<TaskFinished, 'taskId' | 'agentId' | 'attempt' | 'token' | 'phases'> & Figures,
  ): Promise<void> {
    const told = { taskId, agentId: this.agentId, attempt, token, phases: {}, ...result };
    await this.bus.publish(routes.results, outgoing(taskFinished, told), { durable: true });
  }

  /** As a kill -9 leaves it. */
  stop(): Promise<void> {
    return (this.closing ??= this.bus.close(0));
  }

  private take(delivery: Delivery): 'done' {
    for (const event of delivery.events) {
      if (event.type === taskCanceled.type) this.canceled.push(event.data as TaskCanceled);
      if (event.type === auctionCall.type) void this.answer(event.data as AuctionCall, delivery);
      if (event.type !== taskAssigned.type) continue;
      const task = event.data as TaskAssigned;
      this.assigned.push(task);
      void this.work(task);
    }
    return 'done';
  }

  private async answer(call: AuctionCall, delivery: Delivery): Promise<void> {
    this.calls.push(call);
    const { agentId } = this;
    const { callId } = call;
    const bid = this.bid?.(call);
    if (bid === undefined) return;
    if (bid === null) await delivery.reply(outgoing(auctionDeclined, { callId, agentId, reason: 'not me' }));
    else await delivery.reply(outgoing(auctionBid, { callId, agentId, ...bid }));
  }

  private async work(task: TaskAssigned): Promise<void> {
    try {
      const output = await this.script(task);
      if (output !== NEVER) await this.finish(task, { output });
    } catch (error) {
      await this.finish(task, { error: { code: 'BOOM', message: (error as Error).message, retryable: true } });
    }
  }
}

async function register(place: Ways, agentId: AgentId, capability: string, options: AgentOptions): Promise<void> {
  const { name = `test-${agentId}`, concurrency = 8, sequences = false, tags = [], resources = {} } = options;
  const { version = '1.0.0', output = {}, incarnation = 1 } = options;
  const database = new Database({ url: place.databaseUrl, name: 'test-registry', connections: 1 });
  const load = { concurrency, sequences, ...(sequences && { prefetch: concurrency }) };
  const capabilities = [{ name: capability, version, input: {}, output }];
  const presence = { family: 'test', incarnation, version: '1.0.0', host: 'here', pid: 1, tags, channels: [] };
  await registerAgent(
    database,
    { agentId, name, capabilities, ...load, resources, ...presence },
    { actor: 'registry', maxAgents: 100, amqpUser: options.amqpUser },
  );
  await database.close();
}
