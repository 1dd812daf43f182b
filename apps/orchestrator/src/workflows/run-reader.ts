import { type StepState, type WorkflowProgress } from '@baton/contracts';
import { progress, type RunEstimate, type Unit, unitsOf, withEstimate, type WorkflowRun } from '@baton/engine';
import {
  type Database,
  loadBareStepRows,
  loadStepOutputs,
  loadWorkflowStepRows,
  type WorkflowRow,
  type WorkflowStepRow,
} from '@baton/persistence';
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
interface StepPosition {
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
    const { run, rowOf } = this.restored(head, await loadWorkflowStepRows(this.database, [head.id]));
    const steps = Array.from(unitsOf(run), (unit) => viewOfUnit(unit, rowOf.get(unit.key)));
    return viewOfRun(head, progress(run, now, estimate), steps);
  }

  /** A page of its steps, each before what is inside it. What others gave is not loaded. */
  async steps(head: WorkflowRow, query: StepQuery): Promise<StepPage> {
    const rows = await loadBareStepRows(this.database, head.id);
    const { units, next } = pageOf(this.restored(head, rows), query);
    const outputs = await loadStepOutputs(this.database, head.id, units.flatMap(keysWithin));
    const filled = rows.map((row) => ({ ...row, output: outputs.get(row.key) ?? null }));
    const { run, rowOf } = this.restored(head, filled);
    const steps = units.flatMap(({ key }) => {
      const unit = run.byKey.get(key);
      return unit ? viewOfUnit(unit, rowOf.get(key)) : [];
    });
    return { steps, next };
  }

  /** The run itself; what its steps gave is not loaded. */
  async run(head: WorkflowRow): Promise<WorkflowRun> {
    return this.restored(head, await loadBareStepRows(this.database, head.id)).run;
  }

  private restored(head: WorkflowRow, rows: readonly WorkflowStepRow[]): Restored {
    const run = runFromRows(this.graphs.of(head), head, rows);
    return { run, rowOf: new Map(rows.map((row) => [row.key, row])) };
  }
}

interface Restored {
  readonly run: WorkflowRun;
  readonly rowOf: ReadonlyMap<string, WorkflowStepRow>;
}

function pageOf({ run, rowOf }: Restored, { limit, state, after }: StepQuery) {
  const all = [...unitsOf(run)];
  const units: Unit[] = [];
  for (let place = after === undefined ? 0 : placeAfter(all, after); place < all.length; place += 1) {
    const unit = all[place] as Unit;
    if (state !== undefined && stateOf(unit, rowOf.get(unit.key)) !== state) continue;
    if (units.length === limit) return { units, next: { count: place, id: (all[place - 1] as Unit).key } };
    units.push(unit);
  }
  return { units, next: undefined };
}

/** Its own key and, of a unit that has ended, those of all that its output may follow from. */
function keysWithin(unit: Unit): string[] {
  const inside = unit.finishedAt === null ? [] : (unit.inner?.units ?? []);
  return [unit.key, ...inside.flatMap(keysWithin)];
}

function estimateOf({ state, estimate }: WorkflowRow): RunEstimate | null {
  return state === 'running' && estimate !== null ? (JSON.parse(estimate) as RunEstimate) : null;
}

function placeAfter(units: readonly Unit[], { count, id }: StepPosition): number {
  const place = units.findIndex(({ key }) => key === id);
  return place < 0 ? count : place + 1;
}
