import { NotFoundError, StateConflictError, type Task } from '@baton/contracts';
import { cancelTasks, type Database, retryTask, statement } from '@baton/persistence';
import { type Completions } from './completions';
import { type Hints } from './hints';

const STATE = statement(
  'task-state',
  'select state, workflow_id as "workflowId", parent_id as "parentId" from tasks where id = $1',
);

type Found = Pick<Task, 'state' | 'workflowId' | 'parentId'>;

/** Changes that a person asks of a single task. Each is idempotent or refused with the state that forbids it. */
export class TaskControl {
  constructor(
    private readonly database: Database,
    private readonly hints: Hints,
    private readonly completions: Completions,
  ) {}

  /** Final at once, with all it has spawned; agents that work on it are told. Throws NotFoundError, StateConflictError. */
  async cancel(id: string, actor: string, reason = 'canceled on request'): Promise<void> {
    const canceled = await cancelTasks(this.database, [id], { actor, reason, tellWorkflow: true });
    if (canceled.length > 0) {
      this.hints.canceled(canceled);
      this.completions.ended(canceled.map((task) => task.id));
      return;
    }
    const { state } = await this.find(id);
    if (state !== 'canceled') throw new StateConflictError(`Task ${id} is ${state}: it cannot be canceled any more.`);
  }

  /** Queues what failed or was canceled once more. Throws NotFoundError, StateConflictError. */
  async retry(id: string, actor: string): Promise<void> {
    const queued = await retryTask(this.database, id, actor);
    if (queued) return this.hints.retried(queued);
    const { state, workflowId, parentId } = await this.find(id);
    if (parentId) {
      throw new StateConflictError(`Task ${id} was spawned by task ${parentId}: retry that one instead.`);
    }
    if (workflowId) {
      throw new StateConflictError(`Task ${id} belongs to workflow ${workflowId}: retry the workflow instead.`);
    }
    throw new StateConflictError(`Task ${id} is ${state}: only failed, rejected or canceled tasks can be retried.`);
  }

  private async find(id: string): Promise<Found> {
    const [row] = await this.database.run<Found>(STATE, [id]);
    if (!row) throw new NotFoundError('TASK_NOT_FOUND', `Task ${id}`);
    return row;
  }
}
