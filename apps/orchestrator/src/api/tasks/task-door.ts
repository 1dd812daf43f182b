import { type Submit, submitSchema, taskBatchSchema, type TaskReferences, ValidationError } from '@baton/contracts';
import { type SignedInRequest, actorOf } from '../../auth/principal';
import { releaseBody } from '../http/body-limits';
import { bodyCheck } from '../http/check-body';
import { waitSeconds } from '../http/prefer';
import { submitterOf, type ShownTask, type TaskDesk } from './task-desk';
import { type TaskReader } from './task-reader';

/** An answer whose body is JSON text. */
export interface Answer {
  readonly status: number;
  readonly json: string;
  readonly waited?: number;
}

const checkSubmit = bodyCheck<Submit>(submitSchema);
const checkBatch = bodyCheck<{ tasks: readonly Submit[] }>(taskBatchSchema);

/** Takes tasks over HTTP: checks, hands over to the desk, and waits for the end where that is preferred. */
export class TaskDoor {
  constructor(private readonly desk: TaskDesk) {}

  get reader(): TaskReader {
    return this.desk.reader;
  }

  /** 201 new, 200 the same again or finished in time, 202 not finished in time. */
  async submit(request: SignedInRequest): Promise<Answer> {
    const submit = withHeaderKey(checkSubmit(request.body), request.headers['idempotency-key']);
    const waited = waitSeconds(request.headers.prefer);
    const accepted = await this.desk.submit(submit, submitter(request));
    if (waited === undefined) return { status: accepted.duplicate ? 200 : 201, json: await this.desk.json(accepted) };
    releaseBody(request);
    const { ended, json } = await this.whenEnded(accepted.task.id, waited, request);
    return { status: ended ? 200 : 202, json, waited };
  }

  /** All or none. */
  submitMany(request: SignedInRequest): Promise<TaskReferences> {
    return this.desk.submitMany(checkBatch(request.body).tasks, submitter(request));
  }

  /** Whoever hangs up waits no longer. */
  private async whenEnded(id: string, seconds: number, request: SignedInRequest): Promise<ShownTask> {
    const gone = new AbortController();
    const leave = (): void => gone.abort();
    request.raw.socket.once('close', leave);
    try {
      return await this.desk.whenEnded(id, seconds, gone.signal);
    } finally {
      request.raw.socket.off('close', leave);
    }
  }
}

function submitter(request: SignedInRequest): ReturnType<typeof submitterOf> {
  return submitterOf(actorOf(request.principal), request.headers.traceparent);
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
