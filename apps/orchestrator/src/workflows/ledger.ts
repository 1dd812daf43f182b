import { type TaskId, type WorkflowId, type WorkflowState } from '@baton/contracts';
import {
  advance,
  countedProgress,
  type StepRun,
  type WorkflowCommand,
  type WorkflowEvent,
  type WorkflowRun,
} from '@baton/engine';
import {
  type CanceledTask,
  cancelTasks,
  failWorkflow,
  type NewTask,
  type SavedMove,
  type SavedRun,
  saveRuns,
  saveSteps,
  type Sql,
} from '@baton/persistence';
import { v7 as uuidV7 } from 'uuid';
import { newTask, type TaskDefaults } from '../intake/new-task';
import { stepToRow } from './stored-run';
import { type Submission } from './submission';

const ACTOR = 'orchestrator';
/** How long one transaction may go on starting steps; the rest is for the next one. */
const START_FOR_MS = 200;

/** What a commit changed besides the workflows: the dispatcher is told of it afterwards. */
export interface Entered {
  readonly canceled: readonly CanceledTask[];
  readonly moved: readonly { readonly run: WorkflowRun; readonly to: WorkflowState }[];
}

interface Entry {
  readonly run: WorkflowRun;
  readonly from: WorkflowState;
  readonly changed: Set<StepRun>;
  readonly moves: SavedMove[];
}

/** Collects the decisions of one transaction and saves them together: each run, step and task in one statement. */
export class Ledger {
  private readonly entries = new Map<WorkflowRun, Entry>();
  private readonly submits = new Map<TaskId, { run: WorkflowRun; command: Submitted }>();
  private readonly cancels = new Map<string, TaskId[]>();

  private until: number | undefined;

  constructor(
    private readonly defaults: TaskDefaults,
    private readonly now: () => Date,
  ) {}

  /** Runs that could not be advanced, and why: a defect or a definition of another version. They end by this. */
  readonly broken = new Map<WorkflowId, unknown>();

  /** Nothing more of this run is saved but its failure. */
  abandon(id: WorkflowId, why: unknown): void {
    this.broken.set(id, why);
    for (const run of this.entries.keys()) if (run.id === id) this.entries.delete(run);
    for (const [taskId, { run }] of this.submits) if (run.id === id) this.submits.delete(taskId);
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
    const entry = this.entries.get(run) ?? { run, from: run.state, changed: new Set(), moves: [] };
    const decision = await advance(run, event, {
      now: this.now(),
      newTaskId: () => uuidV7() as TaskId,
      mayGoOn: () => this.mayGoOn(),
    });
    for (const step of decision.changed) entry.changed.add(step);
    // The first transition is what was asked for; what follows from it is the orchestrator's doing.
    decision.transitions.forEach((move, index) => entry.moves.push({ ...move, actor: index === 0 ? actor : ACTOR }));
    for (const command of decision.commands) this.enter(run, command);
    if (entry.changed.size + entry.moves.length > 0) this.entries.set(run, entry);
  }

  /** Saves everything entered. Throws when a run is not in the state it was loaded in. */
  async save(sql: Sql, epoch: number, submit: (tasks: readonly NewTask[]) => Submission): Promise<Entered> {
    const failed = await this.failBroken(sql, epoch);
    const entries = [...this.entries.values()];
    if (entries.length === 0) return { canceled: failed, moved: [] };
    const steps = entries.flatMap(({ run, changed }) => [...changed].map((step) => stepToRow(run, step)));
    // Sent together: one round trip.
    const [saved] = await Promise.all([
      saveRuns(sql, epoch, entries.map(toSavedRun)),
      saveSteps(sql, epoch, steps),
      submit(this.tasks()).insert(sql),
    ]);
    const stray = entries.find(({ run }) => !saved.has(run.id));
    if (stray) throw new Error(`Workflow ${stray.run.id} is no longer ${stray.from} in the database`);
    const canceled = [...failed, ...(await this.cancel(sql))];
    const moved = entries.flatMap(({ run, moves }) => moves.map(({ to }) => ({ run, to })));
    return { canceled, moved };
  }

  /** Counted from the first step that is started: however slow the loading was, each transaction starts some. */
  private mayGoOn(): boolean {
    this.until ??= performance.now() + START_FOR_MS;
    return performance.now() < this.until;
  }

  private enter(run: WorkflowRun, command: WorkflowCommand): void {
    if (command.kind === 'submit-task') {
      this.submits.set(command.taskId, { run, command });
      return;
    }
    const { taskId, reason } = command;
    const others = this.cancels.get(reason);
    if (others) others.push(taskId);
    else this.cancels.set(reason, [taskId]);
  }

  private tasks(): NewTask[] {
    const now = this.now();
    return [...this.submits.values()].map(({ run, command }) => {
      const { taskId: id, key: stepId, stepsBehind, submit } = command;
      const origin = { id, createdBy: ACTOR, workflowId: run.id, stepId, stepsBehind };
      return newTask(submit, origin, this.defaults, now);
    });
  }

  private async failBroken(sql: Sql, epoch: number): Promise<CanceledTask[]> {
    const canceled: CanceledTask[] = [];
    for (const [id, why] of this.broken) {
      const message = `The workflow cannot go on: ${why instanceof Error ? why.message : String(why)}. Tell the operator.`;
      const open = await failWorkflow(sql, epoch, id, { code: 'WORKFLOW_BROKEN', message, retryable: false });
      canceled.push(...(await cancelTasks(sql, open, { actor: ACTOR, reason: message, tellWorkflow: false })));
    }
    return canceled;
  }

  private async cancel(sql: Sql): Promise<CanceledTask[]> {
    const canceled: CanceledTask[] = [];
    for (const [reason, ids] of this.cancels) {
      canceled.push(...(await cancelTasks(sql, ids, { actor: ACTOR, reason, tellWorkflow: false })));
    }
    return canceled;
  }
}

type Submitted = Extract<WorkflowCommand, { kind: 'submit-task' }>;

function toSavedRun({ run, from, moves }: Entry): SavedRun {
  return {
    id: run.id,
    from,
    to: run.state,
    input: from === 'created' ? JSON.stringify(run.input) : null,
    output: run.finishedAt === null ? null : JSON.stringify(run.output),
    error: run.error === null ? null : JSON.stringify(run.error),
    progress: JSON.stringify(countedProgress(run)),
    startedAt: run.startedAt,
    finishedAt: run.finishedAt,
    moves,
  };
}
