import { type StepState, type WorkflowProgress } from '@baton/contracts';
import { progress, type RunEstimate, type Unit, unitsOf, withEstimate } from '@baton/engine';
import { type Database, loadWorkflowStepRows, type WorkflowRow, type WorkflowStepRow } from '@baton/persistence';
import { type GraphCache } from './graph-cache';
import { runFromRows } from './stored-run';
import { stateOf, viewOfRun, viewOfUnit } from './workflow-view';

export interface StepQuery {
  readonly limit: number;
  readonly state?: StepState | undefined;
  /** Where the page before ended. */
  readonly after?: StepPosition | undefined;
}
/** After the step `id`; should it be gone, after so many. */
export interface StepPosition {
  readonly count: number;
  readonly id: string;
}
export interface StepPage {
  /** JSON texts. */
  readonly steps: readonly string[];
  /** Undefined: there are no more. */
  readonly next: StepPosition | undefined;
}

/** Shows runs. Knows no more than the database: any orchestrator may be asked. */
export class RunReader {
  constructor(
    private readonly database: Database,
    private readonly graphs: GraphCache,
  ) {}

  /** The run as JSON text. */
  async json(head: WorkflowRow, show: { readonly steps: boolean }): Promise<string> {
    const estimate = estimateOf(head);
    const now = this.database.now();
    if (!show.steps) {
      const counted = JSON.parse(head.progress) as WorkflowProgress;
      return viewOfRun(head, withEstimate(counted, estimate, now), undefined);
    }
    const { run, units, taskStateOf } = await this.load(head);
    const steps = units.map((unit) => viewOfUnit(unit, taskStateOf(unit)));
    return viewOfRun(head, progress(run, now, estimate), steps);
  }

  /** A page of its steps, each before what is inside it. */
  async steps(head: WorkflowRow, { limit, state, after }: StepQuery): Promise<StepPage> {
    const { units, taskStateOf } = await this.load(head);
    const first = after === undefined ? 0 : placeAfter(units, after);
    const steps: string[] = [];
    for (let place = first; place < units.length; place += 1) {
      const unit = units[place] as Unit;
      const taskState = taskStateOf(unit);
      if (state !== undefined && stateOf(unit, taskState) !== state) continue;
      if (steps.length === limit) return { steps, next: { count: place, id: (units[place - 1] as Unit).key } };
      steps.push(viewOfUnit(unit, taskState));
    }
    return { steps, next: undefined };
  }

  private async load(head: WorkflowRow) {
    const rows = await loadWorkflowStepRows(this.database, [head.id]);
    const rowOf = new Map<string, WorkflowStepRow>(rows.map((row) => [row.key, row]));
    const run = runFromRows(this.graphs.of(head), head, rows);
    return { run, units: [...unitsOf(run)], taskStateOf: ({ key }: Unit) => rowOf.get(key)?.taskState ?? null };
  }
}

function estimateOf({ state, estimate }: WorkflowRow): RunEstimate | null {
  return state === 'running' && estimate !== null ? (JSON.parse(estimate) as RunEstimate) : null;
}

function placeAfter(units: readonly Unit[], { count, id }: StepPosition): number {
  const place = units.findIndex(({ key }) => key === id);
  return place < 0 ? count : place + 1;
}
