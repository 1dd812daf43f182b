import { type HostHeartbeat, MeshError, ValidationError } from '@baton/contracts';

/** No host beats that could start anything. */
export class NoHostError extends MeshError {
  readonly code = 'NO_HOST';
  readonly recovery = 'retry';
  constructor(family: string) {
    super(`No host runs that could start an agent of family "${family}". Start a host, then try again.`, { family });
  }
}

/** Hosts run, and none of them has this family. */
export class FamilyUnknownError extends ValidationError {
  constructor(family: string, hosts: readonly HostHeartbeat[]) {
    const known = [...new Set(hosts.flatMap((host) => host.families))].sort().join(', ');
    const message = `None of the ${hosts.length} host(s) has the family "${family}". There are: ${known || 'none'}.`;
    super([{ path: 'family', message }], 'FAMILY_UNKNOWN', message);
  }
}
