import { NotFoundError } from '@baton/contracts';
import { resultsOfRun, type WorkflowResults } from '@baton/engine';
import { type Database, loadRunTasks, loadWorkflowRows, type WorkflowRow } from '@baton/persistence';
import { type RunReader } from '../run-reader';

/** Tells of runs what is more than their state. Knows no more than the database: any orchestrator may be asked. */
export class InsightDesk {
  constructor(
    private readonly database: Database,
    private readonly reader: RunReader,
  ) {}

  /** What came of the run so far. Throws NotFoundError. */
  async results(id: string): Promise<WorkflowResults> {
    const head = await this.head(id);
    const run = await this.reader.run(head);
    return resultsOfRun(run, await loadRunTasks(this.database, id), this.database.now());
  }

  private async head(id: string): Promise<WorkflowRow> {
    const [head] = await loadWorkflowRows(this.database, [id]);
    if (!head) throw new NotFoundError('WORKFLOW_NOT_FOUND', `Workflow ${id}`);
    return head;
  }
}
