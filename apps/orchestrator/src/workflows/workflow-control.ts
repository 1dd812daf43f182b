import { createHash } from 'node:crypto';
import {
  type ErrorCode,
  MeshError,
  NotFoundError,
  StateConflictError,
  type WorkflowId,
  type WorkflowState,
} from '@baton/contracts';
import { actionStates, type WorkflowAction } from '@baton/engine';
import { askedUnder, askWorkflow, type Database, isRequestWaiting, loadWorkflowState } from '@baton/persistence';
import { type Hints } from '../intake/hints';

/** Who asks, and under which key, if any: what is asked under one key is done once, however often it is sent. */
export interface Asker {
  readonly actor: string;
  readonly key?: string | undefined;
}
/** What is asked of a run, with what the action needs to know. */
export interface Asked {
  readonly action: WorkflowAction;
  readonly payload?: object | undefined;
}

/** The key was used for something else that was asked of this run. */
class RequestKeyReusedError extends MeshError {
  readonly code: ErrorCode = 'IDEMPOTENCY_KEY_REUSED';
  readonly recovery = 'conflict';
  constructor(key: string, workflowId: string) {
    super(`Something else was asked of workflow ${workflowId} under the key "${key}". Use a new key.`, { workflowId });
  }
}

/** How long a request waits for the brain before it is answered with the state as it is; nothing is lost by that. */
const WAIT_MS = 1000;
const FIRST_LOOK_MS = 5;

/** Where an action has led already: asking for it once more changes nothing and is no error. */
const settledStates: Partial<Record<WorkflowAction, readonly WorkflowState[]>> = {
  start: ['running'],
  pause: ['paused'],
  resume: ['running'],
  cancel: ['canceled'],
};

/** Leaves what is asked of runs for the brain. */
export class WorkflowControl {
  constructor(
    private readonly database: Database,
    private readonly hints: Hints,
  ) {}

  /**
   * Resolves when the brain has acted, or after a second. Throws NotFoundError, StateConflictError and
   * RequestKeyReusedError.
   */
  async ask(id: string, { action, payload }: Asked, { actor, key }: Asker): Promise<void> {
    const text = payload === undefined ? null : JSON.stringify(payload);
    const once = key === undefined ? undefined : { key, fingerprint: fingerprintOf(action, text) };
    const states = actionStates[action];
    const request = { workflowId: id, kind: action, payload: text, actor };
    const asked = await askWorkflow(this.database, request, states, once);
    if (asked !== undefined) return this.taken(id as WorkflowId, asked);
    const state = await this.stateOf(id);
    if (once && (await this.wasAsked(id, once))) return;
    if (settledStates[action]?.includes(state) && !hasInput(payload)) return;
    throw refusal(id, state, { action, states });
  }

  /** Resolves when the brain has taken the request, or after a second. */
  async taken(id: WorkflowId, requestId: string): Promise<void> {
    this.hints.workflows([id]);
    const until = performance.now() + WAIT_MS;
    let pause = FIRST_LOOK_MS;
    while (performance.now() < until && (await isRequestWaiting(this.database, requestId))) {
      const wait = pause;
      await new Promise((resolve) => setTimeout(resolve, wait));
      pause *= 1.5;
    }
  }

  private async stateOf(id: string): Promise<WorkflowState> {
    const state = await loadWorkflowState(this.database, id);
    if (state === undefined) throw new NotFoundError('WORKFLOW_NOT_FOUND', `Workflow ${id}`);
    return state;
  }

  private async wasAsked(id: string, once: { readonly key: string; readonly fingerprint: string }): Promise<boolean> {
    const before = await askedUnder(this.database, id, once.key);
    if (before !== undefined && before !== once.fingerprint) throw new RequestKeyReusedError(once.key, id);
    return before !== undefined;
  }
}

function fingerprintOf(action: WorkflowAction, payload: string | null): string {
  return createHash('sha256')
    .update(`${action}\n${payload ?? ''}`)
    .digest('hex');
}

/** A start with an input wants more than that the run goes on. */
function hasInput(payload: object | undefined): boolean {
  return payload !== undefined && 'input' in payload;
}

const verbs: Readonly<Record<WorkflowAction, string>> = {
  start: 'be started',
  pause: 'be paused',
  resume: 'be resumed',
  cancel: 'be canceled',
  retry: 'be retried',
  rerun: 'be run again from a step',
  signal: 'take signals',
};

function refusal(
  id: string,
  state: WorkflowState,
  { action, states }: { readonly action: WorkflowAction; readonly states: readonly WorkflowState[] },
): StateConflictError {
  const message = `Workflow ${id} is ${state}: only one that is ${states.join(' or ')} can ${verbs[action]}.`;
  return new StateConflictError(message, { state, action, states });
}
