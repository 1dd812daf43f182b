import { type FieldFault } from './mesh-error';

/** RFC 9457 problem details, as every error of the API is answered. */
export interface Problem {
  /** `urn:baton:error:<code>` */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly instance?: string;
  readonly errors?: readonly FieldFault[];
  /** When the same may be asked again; over HTTP the header Retry-After as well. */
  readonly retryAfterSeconds?: number;
}
