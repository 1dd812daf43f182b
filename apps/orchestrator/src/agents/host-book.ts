import { type AgentId, type HostedProcess, type HostHeartbeat, type HostId } from '@baton/contracts';

/** A host is gone when it was not heard for this long; it beats every 2 s. */
export const HOST_GONE_AFTER_MS = 10_000;

/** The hosts that beat, in memory. Times are milliseconds of one clock, handed in. */
export class HostBook {
  private readonly hosts = new Map<HostId, { readonly beat: HostHeartbeat; readonly at: number }>();

  hear(beat: HostHeartbeat, now: number): void {
    this.hosts.set(beat.hostId, { beat, at: now });
  }

  /** Its inbox is gone; if it lives, its next beat brings it back. */
  forget(id: HostId): void {
    this.hosts.delete(id);
  }

  present(now: number): HostHeartbeat[] {
    for (const [id, { at }] of this.hosts) if (now - at >= HOST_GONE_AFTER_MS) this.hosts.delete(id);
    return [...this.hosts.values()].map((host) => host.beat);
  }

  /** The host with the fewest processes for its processors, of those that have the family. */
  choose(family: string, now: number): HostHeartbeat | undefined {
    const crowding = (host: HostHeartbeat): number => host.processes.filter(isUp).length / Math.max(1, host.cpus);
    const able = this.present(now).filter((host) => host.families.includes(family));
    return able.sort((a, b) => crowding(a) - crowding(b))[0];
  }

  /** Where the process of this agent is, by its id, or by its name while it is between two incarnations. */
  find(agent: { readonly id: AgentId; readonly name: string }, now: number): HostHeartbeat | undefined {
    const hosts = this.present(now);
    const runs = (is: (process: HostedProcess) => boolean): HostHeartbeat | undefined =>
      hosts.find((host) => host.processes.some(is));
    return (
      runs((process) => process.agentId === agent.id) ??
      runs((process) => process.name === agent.name && process.agentId === null)
    );
  }
}

function isUp(process: HostedProcess): boolean {
  return process.state !== 'stopped' && process.state !== 'failed';
}
