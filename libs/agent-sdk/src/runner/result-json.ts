import { type AgentId, type PhaseTimes, type TaskAssigned } from '@baton/contracts';
import { type Ending } from './perform';

/**
 * The data of a `taskFinished` message as text: the output's JSON is put in as it is, not parsed and written again.
 * Ids and tokens need no escaping: their shape was checked when the assignment came in.
 */
export function toResultJson(agentId: AgentId, task: TaskAssigned, phases: PhaseTimes, ending: Ending): string {
  const head =
    `{"taskId":"${task.taskId}","agentId":"${agentId}","attempt":${task.attempt},"token":"${task.token}",` +
    `"outcome":"${ending.outcome}","phases":${JSON.stringify(phases)}`;
  if (ending.outcome === 'completed') return `${head},"output":${ending.outputJson}}`;
  if (ending.outcome === 'canceled') return `${head}}`;
  return `${head},"error":${JSON.stringify(ending.error)}}`;
}
