import { isFinalTaskState, type Submit, submitSchema, ValidationError } from '@baton/contracts';
import { type Database, toTaskJson } from '@baton/persistence';
import { type SignedInRequest, actorOf } from '../../auth/principal';
import { type Completions } from '../../intake/completions';
import { type Intake, type Submitter } from '../../intake/intake';
import { bodyCheck } from '../http/check-body';
import { waitSeconds } from '../http/prefer';
import { taskBatchSchema } from './task-bodies';
import { TaskReader } from './task-reader';

/** An answer whose body is JSON text. */
export interface Answer {
  readonly status: number;
  readonly json: string;
  readonly waited?: number;
}

const checkSubmit = bodyCheck<Submit>(submitSchema);
const checkBatch = bodyCheck<{ tasks: readonly Submit[] }>(taskBatchSchema);
const TRACEPARENT = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Takes tasks over HTTP: checks, hands over to the intake, and waits for the end where that is preferred. */
export class TaskDoor {
  readonly reader: TaskReader;

  constructor(
    database: Database,
    private readonly intake: Intake,
    private readonly completions: Completions,
  ) {
    this.reader = new TaskReader(database);
  }

  /** 201 new, 200 the same again or finished in time, 202 not finished in time. */
  async submit(request: SignedInRequest): Promise<Answer> {
    const submit = withHeaderKey(checkSubmit(request.body), request.headers['idempotency-key']);
    const waited = waitSeconds(request.headers.prefer);
    const { task, duplicate } = await this.intake.submit(submit, submitterOf(request));
    if (waited === undefined) return { status: duplicate ? 200 : 201, json: await this.reader.json(task.id) };
    return { ...(await this.whenEnded(task.id, waited, request)), waited };
  }

  /** All or none. */
  async submitMany(request: SignedInRequest): Promise<{ items: { id: string; state: string }[] }> {
    const { tasks } = checkBatch(request.body);
    const accepted = await this.intake.submitMany(tasks, submitterOf(request));
    return { items: accepted.map(({ task }) => ({ id: task.id, state: task.state })) };
  }

  private async whenEnded(id: string, seconds: number, request: SignedInRequest): Promise<Answer> {
    const gone = new AbortController();
    const leave = (): void => gone.abort();
    request.raw.socket.once('close', leave);
    try {
      const ended = this.completions.wait(id, seconds * 1000, gone.signal);
      await ended;
    } finally {
      request.raw.socket.off('close', leave);
    }
    const row = await this.reader.row(id);
    return { status: isFinalTaskState(row.state) ? 200 : 202, json: toTaskJson(row) };
  }
}

function submitterOf(request: SignedInRequest): Submitter {
  const { traceparent } = request.headers;
  const actor = actorOf(request.principal);
  return typeof traceparent === 'string' && TRACEPARENT.test(traceparent) ? { actor, traceparent } : { actor };
}

function withHeaderKey(submit: Submit, header: string | string[] | undefined): Submit {
  if (header === undefined) return submit;
  const key = String(header).replace(/^"(.*)"$/, '$1');
  if (submit.idempotencyKey !== undefined && submit.idempotencyKey !== key) {
    const message = 'differs from the header Idempotency-Key: give one of them';
    throw new ValidationError([{ path: 'idempotencyKey', message }]);
  }
  return checkSubmit({ ...submit, idempotencyKey: key });
}
