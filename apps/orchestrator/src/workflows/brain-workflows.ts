import { type JsonObject, type JsonValue, workflowChanged, type WorkflowId } from '@baton/contracts';
import { outgoing, routes } from '@baton/bus';
import { type TaskEndedEvent, type WorkflowEvent } from '@baton/engine';
import { type Sql, type TakenRequest, takeRequests } from '@baton/persistence';
import { type Desk } from '../dispatch/desk';
import { type TaskDefaults } from '../intake/new-task';
import { type StartTermWorkflows, type TermWorkflows, type WorkflowTermEvents } from '../leadership/term-workflows';
import { type EndedTask } from '../results/ended-task';
import { GraphCache } from './graph-cache';
import { type Entered, Ledger } from './ledger';
import { RunShelf } from './run-shelf';
import { Turnstile } from './turnstile';

/** Requests taken in one transaction. */
const MAX_REQUESTS = 200;

/** Gives every term of the brain its workflows. */
export function workflowsOf(defaults: TaskDefaults): StartTermWorkflows {
  const graphs = new GraphCache();
  return (desk, events) => new BrainWorkflows(desk, events, graphs, defaults);
}

/**
 * The workflows of one term: three verbs, one transaction. Load the runs, advance them in memory, save the decisions
 * with the tasks they submit and cancel. Runs stay in memory between transactions, so only one may be under way:
 * whoever writes goes through `alone`, and any failure empties the shelf.
 */
class BrainWorkflows implements TermWorkflows {
  private readonly turnstile = new Turnstile();
  private readonly shelf: RunShelf;

  constructor(
    private readonly desk: Desk,
    private readonly events: WorkflowTermEvents,
    graphs: GraphCache,
    private readonly defaults: TaskDefaults,
  ) {
    this.shelf = new RunShelf(graphs);
  }

  alone<Result>(transaction: () => Promise<Result>): Promise<Result> {
    return this.turnstile.pass(async () => {
      try {
        return await transaction();
      } catch (error) {
        this.shelf.clear();
        throw error;
      }
    });
  }

  async afterTasks(sql: Sql, ended: readonly EndedTask[]): Promise<{ afterCommit(): void }> {
    const ledger = new Ledger(this.defaults);
    const ids = new Set(ended.flatMap((task) => task.workflowId ?? []));
    const runs = await this.shelf.take(sql, ids, ledger);
    for (const { workflowId, event } of ended.map(toEvent).sort(receiptsFirst)) {
      const run = runs.get(workflowId);
      if (run) await ledger.advance(run, event);
    }
    const entered = await ledger.save(sql, this.desk.epoch);
    return { afterCommit: () => this.committed(entered, runs.values()) };
  }

  async takeInbox(ids?: readonly WorkflowId[]): Promise<void> {
    for (let taken = MAX_REQUESTS; taken === MAX_REQUESTS;) {
      taken = await this.alone(() => this.takeSome(ids ?? null));
    }
  }

  private async takeSome(ids: readonly WorkflowId[] | null): Promise<number> {
    const { database, epoch } = this.desk;
    let afterCommit = (): void => undefined;
    const taken = await database.transaction(async (sql) => {
      const requests = await takeRequests(sql, epoch, ids, MAX_REQUESTS);
      if (requests.length === 0) return 0;
      const ledger = new Ledger(this.defaults);
      const runs = await this.shelf.take(sql, new Set(requests.map((request) => request.workflowId)), ledger);
      for (const request of requests) {
        const run = runs.get(request.workflowId);
        if (run) await ledger.advance(run, eventOf(request), request.actor);
      }
      const entered = await ledger.save(sql, epoch);
      afterCommit = () => this.committed(entered, runs.values());
      return requests.length;
    });
    afterCommit();
    return taken;
  }

  private committed({ submitted, canceled, moved }: Entered, runs: Iterable<Entered['moved'][number]['run']>): void {
    this.shelf.settle(runs);
    if (submitted.length > 0) this.events.submitted(submitted);
    if (canceled.length > 0) this.events.canceled(canceled);
    for (const { run, to } of moved) {
      const news = outgoing(workflowChanged, { workflowId: run.id, state: to }, { subject: run.id });
      // News only: the database has the fact.
      void this.desk.bus.publish(routes.event(`workflow.${to}`), news).catch(() => undefined);
    }
  }
}

interface Ended {
  readonly workflowId: WorkflowId;
  readonly event: TaskEndedEvent;
}

function toEvent({ workflowId, stepId, taskId, state, attempt, output, error }: EndedTask): Ended {
  const event: TaskEndedEvent = {
    kind: 'task-ended',
    key: stepId as string,
    taskId,
    state,
    output: output === null ? null : (JSON.parse(output) as JsonValue),
    error,
    attempts: attempt,
  };
  return { workflowId: workflowId as WorkflowId, event };
}

/** A failure may stop the run; what completed in the same batch has completed before it. */
function receiptsFirst(a: Ended, b: Ended): number {
  return Number(b.event.state === 'completed') - Number(a.event.state === 'completed');
}

/** Doors and tasks wrote it: the shape is trusted. */
function eventOf({ kind, payload, task }: TakenRequest): WorkflowEvent {
  if (task) {
    const { taskId, stepKey, state, attempts, error } = task;
    return { kind: 'task-ended', key: stepKey, taskId, state, attempts, error, output: null };
  }
  const asked = (payload === null ? {} : JSON.parse(payload)) as { input?: JsonObject; reason?: string };
  switch (kind) {
    case 'start':
      return { kind, input: asked.input ?? {} };
    case 'cancel':
      return { kind, reason: asked.reason ?? 'canceled on request' };
    case 'pause':
    case 'resume':
    case 'retry':
      return { kind };
    default:
      throw new Error(`A request of kind ${kind} is in the workflow inbox: a newer orchestrator has written it`);
  }
}
