import { eventually } from '@baton/testing';
import { type NamedProcess } from '../../mesh';
import { type PlannedFault } from '../schedule/plan-faults';
import { type Scene } from './fault';

const BURST = 90;
const BUSY_FROM = 4;

export interface Victim extends NamedProcess {
  readonly agentId: string;
}

/** The chosen agent, with its hands full: nothing would be learned from the death of an idle one. */
export async function busyAgent({ stage, load }: Scene, candidates: NamedProcess[], choice: number): Promise<Victim> {
  const chosen = candidates[choice % candidates.length];
  if (!chosen) throw new Error('no agent is there to be attacked');
  const { name } = chosen;
  const known = async (): Promise<Victim> => {
    const pid = stage.pid(name);
    const agentId = await stage.truth.agentId(name, pid);
    if (agentId === undefined) throw new Error(`${name} has not registered`);
    return { name, pid, agentId };
  };
  const victim = await eventually(known, { timeoutMs: 20_000 });
  load.burst(BURST);
  const busy = async (): Promise<boolean> => (await stage.truth.heldBy(victim.agentId)) >= BUSY_FROM;
  await eventually(busy, { timeoutMs: 3000, everyMs: 5 }).catch(() => undefined); // then it is struck as it is
  return victim;
}

/** Any of the agents; `planned` decides which. */
export function anyAgent(scene: Scene, { choice }: PlannedFault): Promise<Victim> {
  return busyAgent(scene, scene.stage.agents, choice);
}
