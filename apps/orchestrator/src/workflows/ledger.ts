import { type TaskId, type WorkflowId, type WorkflowState } from '@baton/contracts';
import { advance, countedProgress, type Unit, type WorkflowEvent, type WorkflowRun } from '@baton/engine';
import {
  type CanceledTask,
  type NewTask,
  type RemovedStep,
  removeSteps,
  type SavedMove,
  type SavedRun,
  saveRuns,
  saveSteps,
  type Sql,
} from '@baton/persistence';
import { v7 as uuidV7 } from 'uuid';
import { type Following } from '../dispatch/following';
import { type TaskDefaults } from '../intake/new-task';
import { ACTOR, movesOf } from './audit-of-run';
import { failBroken } from './fail-broken';
import { type AfterCommit, Orders } from './orders';
import { notesOf, type StepChange, stepChanges } from './step-changes';
import { runToRow, unitToRow } from './stored-run';
import { type Submission } from './submission';

/** How long one transaction may go on starting steps; the rest is for the next one. */
const START_FOR_MS = 200;

/** What a commit changed besides the workflows, and what is to be done after it. */
export interface Entered extends AfterCommit {
  readonly canceled: readonly CanceledTask[];
  readonly moved: readonly { readonly run: WorkflowRun; readonly to: WorkflowState }[];
  /** Every run that was saved, with what was started and ended in it. */
  readonly changed: readonly { readonly run: WorkflowRun; readonly steps: readonly StepChange[] }[];
}

interface Entry {
  readonly run: WorkflowRun;
  readonly from: WorkflowState;
  readonly changed: Set<Unit>;
  readonly removed: Set<string>;
  readonly moves: SavedMove[];
  readonly steps: StepChange[];
}

/** What a run is told of the mesh around it. */
interface LedgerMesh {
  now(): Date;
  mayFollow(taskId: TaskId): boolean;
}
type Submit = (tasks: readonly NewTask[], following: Following) => Submission;

/** Collects the decisions of one transaction and saves them together: each run, step and task in one statement. */
export class Ledger {
  private readonly entries = new Map<WorkflowRun, Entry>();
  private readonly orders: Orders;
  private until: number | undefined;

  constructor(
    defaults: TaskDefaults,
    private readonly mesh: LedgerMesh,
  ) {
    this.orders = new Orders(defaults);
  }

  /** Runs that could not be advanced, and why: a defect or a definition of another version. They end by this. */
  readonly broken = new Map<WorkflowId, unknown>();

  /** Nothing more of this run is saved but its failure. */
  abandon(id: WorkflowId, why: unknown): void {
    this.broken.set(id, why);
    for (const run of this.entries.keys()) if (run.id === id) this.entries.delete(run);
    this.orders.abandon(id);
  }

  /** Advances the run, in memory; nothing is written yet. What throws breaks this run and no other. */
  async advance(run: WorkflowRun, event: WorkflowEvent, actor = ACTOR): Promise<void> {
    if (this.broken.has(run.id)) return;
    try {
      await this.decide(run, event, actor);
    } catch (error) {
      this.abandon(run.id, error);
    }
  }

  private async decide(run: WorkflowRun, event: WorkflowEvent, actor: string): Promise<void> {
    const entry = this.entries.get(run) ?? newEntry(run);
    const before = run.state;
    const now = this.mesh.now();
    const decision = await advance(run, event, {
      now,
      newTaskId: () => uuidV7() as TaskId,
      mayGoOn: () => this.mayGoOn(),
      mayFollow: (taskId) => !this.orders.await(taskId) && this.mesh.mayFollow(taskId),
    });
    for (const key of decision.removed) entry.removed.add(key);
    for (const unit of decision.changed) entry.changed.add(unit);
    const steps = stepChanges(decision, event, now);
    entry.steps.push(...steps);
    const { transitions } = decision;
    entry.moves.push(...movesOf({ transitions, notes: [...decision.notes, ...notesOf(steps)] }, before, actor));
    for (const command of decision.commands) this.orders.enter(run, command);
    const isTouched = entry.changed.size + entry.removed.size + entry.moves.length > 0;
    if (isTouched || decision.touchesRun) this.entries.set(run, entry);
  }

  /** Saves everything entered. Throws when a run is not in the state it was loaded in. */
  async save(sql: Sql, epoch: number, submit: Submit): Promise<Entered> {
    const failed = await failBroken(sql, epoch, this.broken);
    const entries = [...this.entries.values()];
    if (entries.length === 0) return { canceled: failed, moved: [], changed: [], awaited: [], calls: [], news: [] };
    const steps = entries.flatMap(({ run, changed }) => changedIn(run, changed).map((unit) => unitToRow(run, unit)));
    // Sent together: one round trip.
    const [saved] = await Promise.all([
      saveRuns(sql, epoch, entries.map(toSavedRun)),
      removeSteps(sql, epoch, entries.flatMap(toRemoved)),
      saveSteps(sql, epoch, steps),
      submit(this.orders.tasks(this.mesh.now()), this.orders.following()).insert(sql),
    ]);
    const stray = entries.find(({ run }) => !saved.has(run.id));
    if (stray) throw new Error(`Workflow ${stray.run.id} is no longer ${stray.from} in the database`);
    const canceled = [...failed, ...(await this.orders.cancel(sql))];
    const moved = entries.flatMap(({ run, moves }) =>
      moves.flatMap(({ from, to }) => (from === to ? [] : [{ run, to }])),
    );
    return { canceled, moved, changed: entries, ...this.orders.afterCommit() };
  }

  /** Counted from the first step that is started: however slow the loading was, each transaction starts some. */
  private mayGoOn(): boolean {
    this.until ??= performance.now() + START_FOR_MS;
    return performance.now() < this.until;
  }
}

function newEntry(run: WorkflowRun): Entry {
  return { run, from: run.state, changed: new Set(), removed: new Set(), moves: [], steps: [] };
}

/** A unit that was changed and then removed by a later event is not in the run any more. */
function changedIn(run: WorkflowRun, changed: ReadonlySet<Unit>): Unit[] {
  return [...changed].filter((unit) => run.byKey.get(unit.key) === unit);
}

function toRemoved({ run, removed }: Entry): RemovedStep[] {
  return [...removed].map((key) => ({ workflowId: run.id, key }));
}

function toSavedRun({ run, from, moves }: Entry): SavedRun {
  const input = from === 'created' ? JSON.stringify(run.input) : null;
  return { ...runToRow(run), from, input, progress: JSON.stringify(countedProgress(run)), moves };
}
