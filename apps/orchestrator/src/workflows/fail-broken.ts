import { type WorkflowId } from '@baton/contracts';
import { type CanceledTask, cancelTasks, failWorkflow, type Sql } from '@baton/persistence';
import { ACTOR } from './audit-of-run';

/** Ends runs that cannot be advanced, each with the reason. Returns their tasks that were canceled. */
export async function failBroken(
  sql: Sql,
  epoch: number,
  broken: ReadonlyMap<WorkflowId, unknown>,
): Promise<CanceledTask[]> {
  const canceled: CanceledTask[] = [];
  for (const [id, why] of broken) {
    const message = `The workflow cannot go on: ${why instanceof Error ? why.message : String(why)}. Tell the operator.`;
    const open = await failWorkflow(sql, epoch, id, { code: 'WORKFLOW_BROKEN', message, retryable: false });
    canceled.push(...(await cancelTasks(sql, open, { actor: ACTOR, reason: message, tellWorkflow: false })));
  }
  return canceled;
}
