import { type TaskResources } from '@baton/contracts';

const kinds = ['cpu', 'memoryMb', 'gpu'] as const;
/** In thousandths, so that tenths add up and come back to nothing. */
type Used = Record<(typeof kinds)[number], number>;

/** What tasks that asked for resources hold of each agent. Only such tasks are counted. */
export class ResourceBook {
  private readonly used = new Map<string, Used>();

  /** Whether the agent has as much left of what it declared. */
  hasRoom(agentId: string, declared: TaskResources | undefined, wanted: TaskResources): boolean {
    const used = this.used.get(agentId);
    return kinds.every(
      (kind) => thousandths(wanted[kind]) <= thousandths(declared?.[kind]) - (used === undefined ? 0 : used[kind]),
    );
  }

  take(agentId: string, wanted: TaskResources): void {
    let used = this.used.get(agentId);
    if (!used) this.used.set(agentId, (used = { cpu: 0, memoryMb: 0, gpu: 0 }));
    for (const kind of kinds) used[kind] += thousandths(wanted[kind]);
  }

  giveBack(agentId: string, wanted: TaskResources): void {
    const used = this.used.get(agentId);
    if (!used) return;
    for (const kind of kinds) used[kind] = Math.max(0, used[kind] - thousandths(wanted[kind]));
    if (kinds.every((kind) => used[kind] === 0)) this.used.delete(agentId);
  }

  /** Agents of which something is held. */
  get size(): number {
    return this.used.size;
  }
}

/** Whether an agent that declared this could ever take it. */
export function couldHold(declared: TaskResources | undefined, wanted: TaskResources): boolean {
  return kinds.every((kind) => thousandths(wanted[kind]) <= thousandths(declared?.[kind]));
}

function thousandths(amount: number | undefined): number {
  return amount === undefined ? 0 : Math.round(amount * 1000);
}
