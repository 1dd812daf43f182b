import { type AgentId, type PhaseTimes, type TaskAssigned } from '@baton/contracts';
import { type TaskRun } from './task-run';
import { type Ending } from './perform';

/** What a result tells besides how the attempt ended. */
export type ResultFacts = { readonly phases: PhaseTimes } & Partial<Pick<TaskRun, 'units' | 'qualityTold'>>;

/**
 * The data of a `taskFinished` message as text: the output's JSON is put in as it is, not parsed and written again.
 * Ids and tokens need no escaping: their shape was checked when the assignment came in.
 */
export function toResultJson(
  agentId: AgentId,
  task: TaskAssigned,
  { phases, units, qualityTold }: ResultFacts,
  ending: Ending,
): string {
  const cost = units === undefined ? '' : `,"cost":${units}`;
  const quality = qualityTold === undefined ? '' : `,"quality":${JSON.stringify(qualityTold)}`;
  const head =
    `{"taskId":"${task.taskId}","agentId":"${agentId}","attempt":${task.attempt},"token":"${task.token}",` +
    `"outcome":"${ending.outcome}","phases":${JSON.stringify(phases)}${cost}${quality}`;
  if (ending.outcome === 'completed') return `${head},"output":${ending.outputJson}}`;
  if (ending.outcome === 'canceled') return `${head}}`;
  if (ending.outcome === 'waiting') return `${head},"spawn":${ending.spawnJson}}`;
  return `${head},"error":${JSON.stringify(ending.error)}}`;
}
