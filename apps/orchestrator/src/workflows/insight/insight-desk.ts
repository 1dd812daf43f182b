import { type JsonObject, NotFoundError, ValidationError, type WorkflowId, type WorkflowState } from '@baton/contracts';
import {
  diagnose,
  type Issue,
  recommend,
  type Recommendation,
  resultsOfRun,
  type WorkflowGraph,
  type WorkflowResults,
  type WorkflowRun,
} from '@baton/engine';
import { type Database, loadRunTasks, loadWorkflowRows, type WorkflowRow } from '@baton/persistence';
import { type Why } from '../../intake/why';
import { type RunReader } from '../run-reader';
import { factsOf } from './diagnosis-facts';
import { recommendationKnowledge } from './recommendation-knowledge';

export interface Diagnosis {
  readonly id: WorkflowId;
  readonly state: WorkflowState;
  /** Nothing but what is as somebody wants it. */
  readonly healthy: boolean;
  /** The worst first. */
  readonly issues: readonly Issue[];
}

/** Tells of runs what is more than their state. Knows no more than the database: any orchestrator may be asked. */
export class InsightDesk {
  constructor(
    private readonly database: Database,
    private readonly reader: RunReader,
    private readonly why: Why,
  ) {}

  /** What came of the run so far. Throws NotFoundError. */
  async results(id: string): Promise<WorkflowResults> {
    const head = await this.head(id);
    const run = await this.reader.run(head);
    return resultsOfRun(run, await loadRunTasks(this.database, id), this.database.now());
  }

  /** What is wrong with the run; a task starves that waits for a place as long as that. Throws NotFoundError. */
  async diagnostics(id: string, starvedAfterMs: number): Promise<Diagnosis> {
    const head = await this.head(id);
    const run = await this.reader.run(head);
    const facts = await factsOf({ database: this.database, why: this.why }, head, { run, starvedAfterMs });
    const issues = diagnose(facts);
    return { id: head.id, state: head.state, healthy: issues.every(({ severity }) => severity === 'info'), issues };
  }

  /** How such a document would best be run. Throws ValidationError when that cannot be foreseen. */
  async recommend(graph: WorkflowGraph, input: JsonObject, run?: WorkflowRun): Promise<Recommendation> {
    const known = await recommendationKnowledge(this.database, graph.document.name, run);
    const found = await recommend(graph, input, known, () => new Promise((resolve) => setImmediate(resolve)));
    if (found) return found;
    const message =
      'cannot be foreseen: it uses itself, has more than about 30,000 tasks, or a population that only shows when it runs';
    throw new ValidationError([{ path: 'definition', message }]);
  }

  /** The same for the document of a run, with what the run has shown. Throws NotFoundError, too. */
  async recommendationFor(id: string): Promise<Recommendation> {
    const run = await this.reader.run(await this.head(id));
    return this.recommend(run.graph, run.input, run);
  }

  private async head(id: string): Promise<WorkflowRow> {
    const [head] = await loadWorkflowRows(this.database, [id]);
    if (!head) throw new NotFoundError('WORKFLOW_NOT_FOUND', `Workflow ${id}`);
    return head;
  }
}
