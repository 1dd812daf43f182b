import { STATUS_CODES } from 'node:http';
import {
  type ErrorCode,
  errorCodes,
  type FieldFault,
  MeshError,
  type Problem,
  ValidationError,
} from '@baton/contracts';

/** An error as it is answered. `unexpected`: a defect of ours, to be logged with its stack. */
export interface ProblemAnswer {
  readonly problem: Problem;
  readonly retryAfterSeconds?: number;
  readonly unexpected: boolean;
}

const codeOfStatus: Readonly<Record<number, ErrorCode>> = {
  400: 'BODY_UNREADABLE',
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  409: 'STATE_CONFLICT',
  413: 'BODY_TOO_LARGE',
  415: 'MEDIA_TYPE_UNSUPPORTED',
  429: 'OVERLOADED',
};
const retryAfterOfStatus: Readonly<Record<number, number>> = { 429: 1, 503: 2 };

/** Where the framework's own words do not say what to do. */
const adviceOf: Partial<Record<ErrorCode, string>> = {
  BODY_TOO_LARGE:
    'The body is larger than this route takes (1 MiB; 16 MiB for a batch). Store large data elsewhere and pass a reference.',
  MEDIA_TYPE_UNSUPPORTED: 'Send JSON with content-type application/json (workflows may be YAML, application/yaml).',
};

/** Any error as a problem document (RFC 9457). What is not ours and not the client's fault shows no inside. */
export function problemOf(error: unknown, instance?: string): ProblemAnswer {
  if (error instanceof MeshError) return fromMeshError(error, instance);
  const { statusCode, status, message } = (error ?? {}) as { statusCode?: unknown; status?: unknown; message?: string };
  const answered = [statusCode, status].find((value): value is number => typeof value === 'number');
  const code = answered === undefined ? undefined : codeOfStatus[answered];
  if (code === undefined) return internal(instance);
  return answer(code, adviceOf[code] ?? message ?? code, { instance });
}

function fromMeshError(error: MeshError, instance: string | undefined): ProblemAnswer {
  const faults = error instanceof ValidationError ? error.faults : undefined;
  const { retryAfterSeconds } = error as { retryAfterSeconds?: number };
  const answered = answer(error.code, error.message, { instance, faults, retryAfterSeconds });
  return { ...answered, unexpected: answered.problem.status === 500 };
}

function internal(instance: string | undefined): ProblemAnswer {
  const detail = `Something went wrong inside; it is logged under the request id. Try again, and report it if it stays.`;
  return { ...answer('INTERNAL', detail, { instance }), unexpected: true };
}

interface Details {
  readonly instance: string | undefined;
  readonly faults?: readonly FieldFault[] | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

function answer(code: ErrorCode, detail: string, { instance, faults, retryAfterSeconds }: Details): ProblemAnswer {
  const status = errorCodes[code];
  const title = STATUS_CODES[status] ?? 'Error';
  const retry = { retryAfterSeconds: retryAfterSeconds ?? retryAfterOfStatus[status] };
  const problem: Problem = {
    type: `urn:baton:error:${code}`,
    title,
    status,
    detail,
    code,
    ...(instance === undefined ? {} : { instance }),
    ...(faults ? { errors: faults } : {}),
    ...(isGiven(retry) ? retry : {}),
  };
  return { problem, unexpected: false, ...(isGiven(retry) ? retry : {}) };
}

function isGiven(retry: { retryAfterSeconds: number | undefined }): retry is { retryAfterSeconds: number } {
  return retry.retryAfterSeconds !== undefined;
}
