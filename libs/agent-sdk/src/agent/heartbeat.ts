import { type Bus, outgoing, routes } from '@baton/bus';
import { agentHeartbeat, type AgentHeartbeat } from '@baton/contracts';
import { type Logger } from '@baton/observability';
import { UsageMeter } from './usage-meter';

/** Longer intervals would overflow Node's timers and beat without pause. */
const maxSeconds = 3600;

export type Vitals = Pick<AgentHeartbeat, 'agentId' | 'state' | 'draining' | 'inFlight'>;

/** Says every few seconds that the agent lives and which attempts it holds. Beats are dropped while the broker is away. */
export class Heartbeat {
  private readonly usage = new UsageMeter();
  private timer: NodeJS.Timeout | undefined;
  private everyMs = 0;
  private beats = 0;

  constructor(
    private readonly bus: Bus,
    private readonly vitals: () => Vitals,
    private readonly logger: Logger,
  ) {}

  /** Beats now, then every `seconds`. Called again it keeps on with the new interval. */
  start(seconds: number): void {
    this.stop();
    this.everyMs = Math.ceil(Math.min(seconds, maxSeconds) * 1000);
    this.timer = setInterval(() => this.beat(), this.everyMs);
    this.beat();
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** One beat at once, when something changed that others should know now. */
  beat(): void {
    if (!this.bus.connected) return;
    const data = { ...this.vitals(), beat: ++this.beats, everyMs: this.everyMs, usage: this.usage.measure() };
    this.bus
      .publish(routes.agentHeartbeats, outgoing(agentHeartbeat, data))
      .catch((error: unknown) => this.logger.warn({ event: 'heartbeat.lost', err: error }, 'a heartbeat was not sent'));
  }
}
