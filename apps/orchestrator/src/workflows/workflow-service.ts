import {
  type HistoryEntry,
  type JsonObject,
  NotFoundError,
  StateConflictError,
  type Workflow,
  type WorkflowId,
  type WorkflowProgress,
  type WorkflowState,
} from '@baton/contracts';
import { actionStates, countedProgress, createRun, type WorkflowAction } from '@baton/engine';
import {
  askWorkflow,
  type Database,
  insertWorkflow,
  isRequestWaiting,
  listWorkflowRows,
  loadTaskSpans,
  loadWorkflowRows,
  loadWorkflowStepRows,
  meanTaskDurations,
  readHistory,
  type WorkflowFilter,
  type WorkflowRow,
} from '@baton/persistence';
import { v7 as uuidV7 } from 'uuid';
import { type Hints } from '../intake/hints';
import { type Capabilities, checkDefinition } from './check-definition';
import { GraphCache } from './graph-cache';
import { type WorkflowResults, resultsOfRun } from './results-of-run';
import { runFromRows } from './stored-run';
import { viewOfWorkflow } from './workflow-view';

/** What a client sends to create a workflow. `definition` is a document, or the text of one in YAML or JSON. */
export interface CreateWorkflow {
  readonly name?: string | undefined;
  readonly definition: unknown;
  readonly input?: JsonObject | undefined;
  readonly start?: boolean | undefined;
}
export interface WorkflowSummary {
  readonly id: WorkflowId;
  readonly name: string;
  readonly state: WorkflowState;
  readonly progress: WorkflowProgress;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

/** How long a request waits for the brain before it is answered with the state as it is; nothing is lost by that. */
const WAIT_MS = 1000;
const FIRST_LOOK_MS = 5;

/**
 * The door for workflows, the same on every orchestrator. It checks, stores what is asked, and lets the brain do it.
 * Actions answer when the brain has acted, or after a second with the state as it is then.
 */
export class WorkflowService {
  private readonly graphs = new GraphCache();

  constructor(
    private readonly database: Database,
    private readonly hints: Hints,
    private readonly capabilities: Capabilities,
  ) {}

  /** Throws ValidationError (WORKFLOW_INVALID) with every fault of the definition. */
  async create(create: CreateWorkflow, actor: string): Promise<Workflow> {
    const graph = await checkDefinition(create.definition, create.name, this.capabilities);
    const run = createRun(uuidV7() as WorkflowId, graph, create.input);
    await insertWorkflow(this.database, {
      id: run.id,
      name: create.name ?? graph.document.name,
      definition: JSON.stringify(graph.document),
      input: JSON.stringify(run.input),
      progress: JSON.stringify(countedProgress(run)),
      createdBy: actor,
    });
    this.graphs.keep(run.id, graph);
    this.hints.changed();
    return create.start ? this.start(run.id, {}, actor) : this.get(run.id);
  }

  /** Throws NotFoundError, StateConflictError; so do the other actions. `input` overrides field by field. */
  start(id: string, { input }: { readonly input?: JsonObject | undefined }, actor: string): Promise<Workflow> {
    return this.act(id, 'start', actor, input && { input });
  }

  /** Running tasks finish; nothing new is submitted until it is resumed. */
  pause(id: string, actor: string): Promise<Workflow> {
    return this.act(id, 'pause', actor);
  }

  resume(id: string, actor: string): Promise<Workflow> {
    return this.act(id, 'resume', actor);
  }

  /** Running tasks are canceled at their agents. */
  cancel(id: string, actor: string, reason?: string): Promise<Workflow> {
    return this.act(id, 'cancel', actor, { reason: reason ?? `canceled by ${actor}` });
  }

  /** Failed, stopped and blocked steps run once more; completed ones do not. */
  retry(id: string, actor: string): Promise<Workflow> {
    return this.act(id, 'retry', actor);
  }

  /** With steps and progress. Throws NotFoundError. */
  async get(id: string): Promise<Workflow> {
    const head = await this.head(id);
    const rows = await loadWorkflowStepRows(this.database, [id]);
    const run = runFromRows(this.graphs.of(head.id, head.definition), head, rows);
    const names = [...new Set(run.graph.nodes.map(({ step }) => step.capability))];
    const history = head.state === 'running' ? await meanTaskDurations(this.database, names) : undefined;
    return viewOfWorkflow(head, run, rows, history ?? new Map());
  }

  /** Newest first; `before` is the last id of the page that went before. */
  async list(
    filter: WorkflowFilter,
    page: { readonly limit: number; readonly before?: string | undefined },
  ): Promise<WorkflowSummary[]> {
    const rows = await listWorkflowRows(this.database, filter, page);
    return rows.map(({ progress, createdAt, startedAt, finishedAt, ...row }) => ({
      ...row,
      progress: JSON.parse(progress) as WorkflowProgress,
      createdAt: createdAt.toISOString(),
      startedAt: startedAt?.toISOString() ?? null,
      finishedAt: finishedAt?.toISOString() ?? null,
    }));
  }

  /** Figures of the run so far. Throws NotFoundError. */
  async results(id: string): Promise<WorkflowResults> {
    const head = await this.head(id);
    return resultsOfRun(head, await loadTaskSpans(this.database, id), new Date());
  }

  /** Every transition of the run, oldest first. Throws NotFoundError. */
  async history(id: string): Promise<HistoryEntry[]> {
    await this.head(id);
    return readHistory(this.database, 'workflow', id);
  }

  private async act(id: string, action: WorkflowAction, actor: string, payload?: object): Promise<Workflow> {
    const states = actionStates[action];
    const request = { workflowId: id, kind: action, payload: payload ? JSON.stringify(payload) : null, actor };
    const asked = await askWorkflow(this.database, request, states);
    if (asked === undefined) throw refusal(await this.head(id), action, states);
    this.hints.workflows([id as WorkflowId]);
    await this.taken(asked);
    return this.get(id);
  }

  private async taken(requestId: string): Promise<void> {
    const until = performance.now() + WAIT_MS;
    let pause = FIRST_LOOK_MS;
    while (performance.now() < until && (await isRequestWaiting(this.database, requestId))) {
      const wait = pause;
      await new Promise((resolve) => setTimeout(resolve, wait));
      pause *= 1.5;
    }
  }

  private async head(id: string): Promise<WorkflowRow> {
    const [head] = await loadWorkflowRows(this.database, [id]);
    if (!head) throw new NotFoundError('WORKFLOW_NOT_FOUND', `Workflow ${id}`);
    return head;
  }
}

const verbs: Readonly<Record<WorkflowAction, string>> = {
  start: 'started',
  pause: 'paused',
  resume: 'resumed',
  cancel: 'canceled',
  retry: 'retried',
};

function refusal({ id, state }: WorkflowRow, action: WorkflowAction, states: readonly string[]): StateConflictError {
  const message = `Workflow ${id} is ${state}: only one that is ${states.join(' or ')} can be ${verbs[action]}.`;
  return new StateConflictError(message, { state, action, states });
}
