import { MeshError } from '@baton/contracts';

/** Channels and mailboxes are changed by registries, and none is there. */
export class NoRegistryError extends MeshError {
  readonly code = 'NO_REGISTRY';
  readonly recovery = 'retry';
  constructor() {
    super(
      'No registry runs, so channels and mailboxes can only be read. Nothing was changed: start a registry, then try again.',
    );
  }
}
