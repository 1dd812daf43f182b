import { type Bus, createValidator, outgoing, RequestFailedError, routes } from '@baton/bus';
import { agentRegister, agentRegistered, type AgentRegister, type AgentRegistered } from '@baton/contracts';
import { ConfigurationError, type Logger } from '@baton/observability';
import { pause, type Pause } from '../pause';

const checkReply = createValidator(agentRegistered.schema);
const backoff = { firstMs: 100, maxMs: 5000 } as const;

/** Makes the agent known to a registry, as often as it takes: the start order does not matter. */
export class Registration {
  private readonly leaving = new AbortController();
  private current: Promise<AgentRegistered> | undefined;
  private again = false;

  constructor(
    private readonly bus: Bus,
    private readonly announcement: AgentRegister,
    private readonly logger: Logger,
    private readonly wait: Pause = pause,
  ) {}

  /**
   * Resolves when a registry has answered. Called while it is under way, it registers once more after that. Throws
   * ConfigurationError when the registry refuses the agent as it is, AbortError after `stop`.
   */
  register(): Promise<AgentRegistered> {
    this.again = this.current !== undefined;
    this.current ??= this.run().finally(() => (this.current = undefined));
    return this.current;
  }

  stop(): void {
    this.leaving.abort();
  }

  private async run(): Promise<AgentRegistered> {
    for (;;) {
      const answer = await this.askUntilAnswered();
      if (!this.again) return answer;
      this.again = false;
    }
  }

  private async askUntilAnswered(): Promise<AgentRegistered> {
    for (let waitMs: number = backoff.firstMs; ; waitMs = Math.min(waitMs * 2, backoff.maxMs)) {
      this.leaving.signal.throwIfAborted();
      try {
        return await this.ask();
      } catch (error) {
        if (isRefusal(error)) throw new ConfigurationError([`the registry refuses this agent: ${error.message}`]);
        const { message } = error as Error;
        this.logger.warn({ event: 'agent.unregistered', reason: message, retryInMs: waitMs }, 'not registered yet');
        await this.wait(waitMs * (0.75 + Math.random() / 2), this.leaving.signal);
      }
    }
  }

  private async ask(): Promise<AgentRegistered> {
    const reply = await this.bus.request<AgentRegistered>(routes.registry, outgoing(agentRegister, this.announcement));
    const [fault] = checkReply(reply.data);
    if (fault) throw new Error(`the registry's answer does not fit: ${fault.path} ${fault.message}`);
    return reply.data;
  }
}

/** The same announcement would be refused again. A full mesh may have room later. */
function isRefusal(error: unknown): error is RequestFailedError {
  if (!(error instanceof RequestFailedError)) return false;
  return error.recovery === 'reject' && error.code !== 'AGENT_LIMIT_REACHED';
}
