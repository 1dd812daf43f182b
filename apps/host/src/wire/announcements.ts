import { availableParallelism, totalmem } from 'node:os';
import { outgoing, routes } from '@baton/bus';
import { agentDeregister, type AgentId, agentUnreachable, type HostedProcess, hostHeartbeat } from '@baton/contracts';
import { Injectable } from '@nestjs/common';
import { builtFamilies } from '../deployment/families';
import { Desk } from '../desk';

const BEAT_EVERY_MS = 2000;
const MEGABYTE = 1024 * 1024;

/** What the host tells: orchestrators by heartbeat, the registry when an agent has ended, the parent by IPC. */
@Injectable()
export class Announcements {
  private readonly families: readonly string[];
  private processes: () => readonly HostedProcess[] = () => [];
  private beat = 0;
  private timer: NodeJS.Timeout | undefined;
  private soon: NodeJS.Immediate | undefined;

  constructor(private readonly desk: Desk) {
    this.families = builtFamilies(desk.config.BATON_APPS_DIR);
  }

  start(processes: () => readonly HostedProcess[]): void {
    this.processes = processes;
    this.timer = setInterval(() => this.send(), BEAT_EVERY_MS);
    this.send();
  }

  stop(): void {
    clearInterval(this.timer);
    clearImmediate(this.soon);
  }

  /** Tells of changes at once; several in one turn travel together. */
  changed(): void {
    this.soon ??= setImmediate(() => {
      this.soon = undefined;
      this.send();
      this.tellParent();
    });
  }

  /** The registry checks for itself and, if so, lets the agent's tasks move on without waiting for its silence. */
  crashed(agentId: AgentId): void {
    this.notify(outgoing(agentUnreachable, { agentId }));
  }

  /** The parent may wait for this before it calls the mesh ready: everything that was planned runs, or has failed. */
  settled(): void {
    process.send?.({ type: 'settled' });
  }

  /** Said for agents that could not say it themselves; saying it twice does no harm. */
  left(agentId: AgentId): void {
    this.notify(outgoing(agentDeregister, { agentId, reason: 'stopped by its host' }));
  }

  private notify(notice: ReturnType<typeof outgoing>): void {
    this.desk.bus.publish(routes.registry, notice, { durable: true }).catch((err: unknown) => {
      this.desk.logger.warn({ event: 'host.notice.failed', err }, 'the registry has to find out by itself');
    });
  }

  private send(): void {
    const heartbeat = outgoing(hostHeartbeat, {
      hostId: this.desk.hostId,
      hostname: this.desk.config.BATON_HOST_NAME,
      pid: process.pid,
      beat: ++this.beat,
      families: this.families,
      cpus: availableParallelism(),
      memoryMb: Math.round(totalmem() / MEGABYTE),
      processes: this.processes(),
    });
    void this.desk.bus.publish(routes.hostHeartbeats, heartbeat);
  }

  private tellParent(): void {
    if (!process.connected) return;
    const running = this.processes().flatMap(({ name, pid }) => (pid === null ? [] : [{ name, pid }]));
    process.send?.({ type: 'agents', processes: running });
  }
}
