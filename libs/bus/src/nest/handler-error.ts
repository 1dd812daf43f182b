import { errorCodes, MeshError, type Problem } from '@baton/contracts';
import { RequestFailedError } from '../errors';

/**
 * What Nest hands on when a handler failed, as an error of ours or a plain Error: the payload of an RpcException may be
 * any text or object. A payload with one of our codes keeps it.
 */
export function toHandlerError(thrown: unknown): Error {
  if (thrown instanceof MeshError || thrown instanceof Error) return thrown;
  const { code, message } = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as Record<string, unknown>;
  const detail = typeof message === 'string' ? message : String(typeof thrown === 'string' ? thrown : 'handler failed');
  if (typeof code !== 'string' || !(code in errorCodes)) return new Error(detail);
  const status = errorCodes[code as keyof typeof errorCodes];
  const problem: Problem = { type: `urn:baton:error:${code}`, title: detail, status, detail, code };
  return new RequestFailedError(problem);
}
