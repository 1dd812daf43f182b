import {
  type FieldFault,
  type HistoryEntry,
  type JsonObject,
  type JsonValue,
  NotFoundError,
  type PauseMode,
  ValidationError,
  type Workflow,
  type WorkflowId,
  type WorkflowProgress,
  type WorkflowState,
} from '@baton/contracts';
import { countedProgress, createRun, type Recommendation } from '@baton/engine';
import {
  type Database,
  insertWorkflow,
  listWorkflowRows,
  loadWorkflowRows,
  readHistory,
  type WorkflowFilter,
  type WorkflowRow,
} from '@baton/persistence';
import { v7 as uuidV7 } from 'uuid';
import { type Hints } from '../intake/hints';
import { Why } from '../intake/why';
import { checkDefinition, type CheckedDefinition } from './check-definition';
import { DefinitionDesk } from './definition-desk';
import { GraphCache } from './graph-cache';
import { type Capabilities } from './mesh-knowledge';
import { InsightDesk } from './insight/insight-desk';
import { RunReader, type StepPage, type StepQuery } from './run-reader';
import { type Asked, type Asker, WorkflowControl } from './workflow-control';

/** What a client sends to create a workflow. `definition` is a document, or the text of one in YAML or JSON. */
export interface CreateWorkflow {
  readonly name?: string | undefined;
  readonly definition?: unknown;
  /** Instead of `definition`: the name of a stored one, in this version or the newest. */
  readonly workflow?: string | undefined;
  readonly version?: number | undefined;
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
/** What is wrong with a definition, and what it needs if nothing is. */
export interface DefinitionCheck {
  readonly valid: boolean;
  readonly faults: readonly FieldFault[];
  readonly definitions: readonly { readonly name: string; readonly version: number }[];
}

/**
 * The door for workflows, the same on every orchestrator. It checks, stores what is asked, and lets the brain do it.
 * Actions answer the run as JSON text when the brain has acted, or after a second; each throws NotFoundError,
 * StateConflictError with the reason, and RequestKeyReusedError.
 */
export class WorkflowService {
  readonly definitions: DefinitionDesk;
  /** What came of runs, what is wrong with them, and how they would better be run. */
  readonly insight: InsightDesk;
  private readonly graphs = new GraphCache();
  private readonly control: WorkflowControl;
  private readonly reader: RunReader;

  constructor(
    private readonly database: Database,
    private readonly hints: Hints,
    private readonly capabilities: Capabilities,
    why = new Why(database),
  ) {
    this.definitions = new DefinitionDesk(database, capabilities);
    this.control = new WorkflowControl(database, hints);
    this.reader = new RunReader(database, this.graphs);
    this.insight = new InsightDesk(database, this.reader, why);
  }

  async create(create: CreateWorkflow, actor: string): Promise<Workflow> {
    return JSON.parse(await this.createJson(create, actor)) as Workflow;
  }

  /** Throws ValidationError (WORKFLOW_INVALID) with every fault of the definition, and NotFoundError for a stored one. */
  async createJson(create: CreateWorkflow, actor: string): Promise<string> {
    const { graph, definitions } = await this.checked(create);
    const run = createRun(uuidV7() as WorkflowId, graph, create.input);
    const workflow = {
      id: run.id,
      name: create.name ?? graph.document.name,
      definition: JSON.stringify(graph.document),
      definitions: definitions.length === 0 ? null : JSON.stringify(definitions),
      input: JSON.stringify(run.input),
      progress: JSON.stringify(countedProgress(run)),
      createdBy: actor,
    };
    const started = await insertWorkflow(this.database, workflow, { start: create.start ?? false });
    this.graphs.keep(run.id, graph);
    if (started === undefined) this.hints.changed();
    else await this.control.taken(run.id, started);
    return this.json(run.id);
  }

  /** What `create` would say of the definition; nothing is stored. */
  async check(create: CreateWorkflow): Promise<DefinitionCheck> {
    try {
      const { definitions } = await this.checked(create);
      return { valid: true, faults: [], definitions: definitions.map(({ name, version }) => ({ name, version })) };
    } catch (error) {
      if (!(error instanceof ValidationError) || error.code !== 'WORKFLOW_INVALID') throw error;
      return { valid: false, faults: error.faults, definitions: [] };
    }
  }

  /** How the definition would best be run. Throws as `create` does, and ValidationError when it cannot be foreseen. */
  async recommend(create: CreateWorkflow): Promise<Recommendation> {
    return this.insight.recommend((await this.checked(create)).graph, create.input ?? {});
  }

  /** `input` overrides field by field. */
  start(id: string, { input }: { readonly input?: JsonObject | undefined }, by: string | Asker): Promise<string> {
    return this.act(id, { action: 'start', payload: input && { input } }, by);
  }

  /** Nothing new starts until it is resumed; what runs finishes, or is canceled and starts again on resume. */
  pause(id: string, by: string | Asker, running: PauseMode = 'finish'): Promise<string> {
    return this.act(id, { action: 'pause', payload: { running } }, by);
  }

  resume(id: string, by: string | Asker): Promise<string> {
    return this.act(id, { action: 'resume' }, by);
  }

  /** Running tasks are canceled at their agents. */
  cancel(id: string, by: string | Asker, reason?: string): Promise<string> {
    return this.act(id, { action: 'cancel', payload: { reason: reason ?? `canceled by ${askerOf(by).actor}` } }, by);
  }

  /** Failed, stopped and blocked steps run once more; completed ones do not. */
  retry(id: string, by: string | Asker): Promise<string> {
    return this.act(id, { action: 'retry' }, by);
  }

  /** The step and all that depends on it run again. Throws ValidationError when there is no such step. */
  async rerun(id: string, from: string, by: string | Asker): Promise<string> {
    const known = this.graphs.of(await this.head(id)).indexOf;
    if (!known.has(from)) {
      const message = `is no step of this workflow; there is: ${[...known.keys()].slice(0, 20).join(', ')}`;
      throw new ValidationError([{ path: 'from', message }]);
    }
    return this.act(id, { action: 'rerun', payload: { from } }, by);
  }

  /** What waits for the signal goes on; if nothing does yet, it is kept. */
  signal(id: string, name: string, payload: JsonValue, by: string | Asker): Promise<string> {
    return this.act(id, { action: 'signal', payload: { name, payload } }, by);
  }

  /** With steps and progress. Throws NotFoundError. */
  async get(id: string): Promise<Workflow> {
    return JSON.parse(await this.json(id)) as Workflow;
  }

  /** The same as JSON text; `steps: false`: without them. */
  async json(id: string, show: { readonly steps: boolean } = { steps: true }): Promise<string> {
    return this.reader.json(await this.head(id), show);
  }

  /** A page of its steps, as JSON texts. Throws NotFoundError. */
  async steps(id: string, query: StepQuery): Promise<StepPage> {
    return this.reader.steps(await this.head(id), query);
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

  /** Every transition of the run and the decisions in between, oldest first. Throws NotFoundError. */
  async history(id: string): Promise<HistoryEntry[]> {
    await this.head(id);
    return readHistory(this.database, 'workflow', id);
  }

  private async checked({ definition, workflow, version, name }: CreateWorkflow): Promise<CheckedDefinition> {
    const given = workflow === undefined ? definition : (await this.definitions.get(workflow, version)).definition;
    return checkDefinition({ definition: given, name }, this.capabilities, this.database);
  }

  private async act(id: string, asked: Asked, by: string | Asker): Promise<string> {
    await this.control.ask(id, asked, askerOf(by));
    return this.json(id);
  }

  private async head(id: string): Promise<WorkflowRow> {
    const [head] = await loadWorkflowRows(this.database, [id]);
    if (!head) throw new NotFoundError('WORKFLOW_NOT_FOUND', `Workflow ${id}`);
    return head;
  }
}

function askerOf(by: string | Asker): Asker {
  return typeof by === 'string' ? { actor: by } : by;
}
