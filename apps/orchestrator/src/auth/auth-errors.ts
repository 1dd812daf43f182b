import { MeshError } from '@baton/contracts';

/** Nobody we know; the message says how to become somebody. */
export class UnauthenticatedError extends MeshError {
  readonly code = 'UNAUTHENTICATED';
  readonly recovery = 'reject';
}

/** Known, but not allowed. */
export class ForbiddenError extends MeshError {
  readonly code = 'FORBIDDEN';
  readonly recovery = 'reject';
  constructor(name: string, wanted: readonly string[]) {
    super(`${name} may not do this: it needs the role ${wanted.join(' or ')}. Ask an admin for it.`, { wanted });
  }
}
