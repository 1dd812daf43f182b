import { type AttemptToken, MeshError, taskAssigned } from '@baton/contracts';
import { type Outgoing, routes } from '@baton/bus';
import { readTaskOptions, type SpawnedResults } from '@baton/persistence';
import { type Desk } from './desk';
import { type Held } from './held-attempts';

/** An attempt on its way. `input` is JSON text. */
export interface Sending {
  readonly held: Held;
  readonly input: string;
  /** What became of what it has spawned so far. */
  readonly spawned?: SpawnedResults | undefined;
}

export interface CourierEvents {
  /** The agent's inbox is not there: these attempts never arrived. */
  undelivered(agentId: string, attempts: readonly Held[]): void;
  /** The wire will never take this one. */
  unsendable(attempt: Held, reason: string): void;
  failed(error: unknown): void;
}

/** Brings attempts to their agents: one message per agent, parted where inputs are large. */
export class Courier {
  constructor(
    private readonly desk: Pick<Desk, 'bus'>,
    private readonly events: CourierEvents,
  ) {}

  send(claimed: readonly Sending[]): void {
    const byAgent = new Map<string, Sending[]>();
    for (const sending of claimed) {
      const ofAgent = byAgent.get(sending.held.row.agentId);
      if (ofAgent) ofAgent.push(sending);
      else byAgent.set(sending.held.row.agentId, [sending]);
    }
    for (const [agentId, all] of byAgent) {
      const sendings = all.filter((sending) => this.isSendable(sending));
      for (const parcel of parcels(sendings)) {
        void this.deliver(agentId, parcel).catch((error: unknown) => this.events.failed(error));
      }
    }
  }

  /** What a task has spawned may have come to more than one message holds. */
  private isSendable({ held, spawned }: Sending): boolean {
    if (!spawned || !('bytes' in spawned)) return true;
    const reason =
      `what its subtasks returned is ${spawned.bytes} bytes together, and an assignment carries ${SPAWNED_BYTES}. ` +
      'Let them return less, or keep it elsewhere and return references';
    this.events.unsendable(held, reason);
    return false;
  }

  private async deliver(agentId: string, sendings: readonly Sending[]): Promise<void> {
    const attempts = sendings.map(({ held }) => held);
    try {
      const outcome = await this.desk.bus.publish(routes.inbox(agentId), sendings.map(assignedMessage), {
        mandatory: true,
      });
      if (outcome !== 'sent') this.events.undelivered(agentId, attempts);
    } catch (error) {
      if (!(error instanceof MeshError)) throw error;
      if (error.code !== 'MESSAGE_INVALID') return this.events.undelivered(agentId, attempts);
      await this.deliverSingly(agentId, sendings, error.message);
    }
  }

  /** One message that the wire refuses must not keep the others. */
  private async deliverSingly(agentId: string, sendings: readonly Sending[], reason: string): Promise<void> {
    const [only, ...others] = sendings;
    if (only && others.length === 0) return this.events.unsendable(only.held, reason);
    for (const sending of sendings) await this.deliver(agentId, [sending]);
  }
}

/** Results of subtasks that an assignment carries at most. */
export const SPAWNED_BYTES = 1024 * 1024;

/** A message to an agent carries inputs up to about this size together; well under what the wire allows. */
const PARCEL_BYTES = 2 * 1024 * 1024;

function parcels(sendings: readonly Sending[]): Sending[][] {
  const all: Sending[][] = [];
  let room = 0;
  for (const sending of sendings) {
    const bytes = Buffer.byteLength(sending.input) + Buffer.byteLength(spawnedJson(sending));
    if (bytes > room || all.length === 0) {
      all.push([]);
      room = PARCEL_BYTES;
    }
    all.at(-1)?.push(sending);
    room -= bytes;
  }
  return all;
}

/** Written by hand: the input is passed on as the text it is stored as. */
function assignedMessage({ held: { row, after }, input, spawned }: Sending): Outgoing {
  const { metadata } = readTaskOptions(row.options);
  const head = {
    taskId: row.id,
    attempt: row.attempt,
    token: row.token satisfies AttemptToken,
    capability: row.capability,
    timeoutMs: row.timeoutMs,
    ...(metadata ? { metadata } : {}),
    ...(after === undefined ? {} : { after }),
  };
  const json = spawnedJson({ spawned });
  const results = json === '' ? '' : `,"spawned":${json}`;
  const dataJson = `${JSON.stringify(head).slice(0, -1)},"input":${input}${results}}`;
  return {
    kind: taskAssigned,
    dataJson,
    subject: row.id,
    ...(row.traceparent ? { traceparent: row.traceparent } : {}),
  };
}

function spawnedJson({ spawned }: Pick<Sending, 'spawned'>): string {
  return spawned && 'json' in spawned ? spawned.json : '';
}
