import { type HostHeartbeat, MeshError } from '@baton/contracts';

/** No host that beats can run this family. */
export class NoHostError extends MeshError {
  readonly code = 'NO_HOST';
  readonly recovery = 'retry';
  constructor(family: string, hosts: readonly HostHeartbeat[]) {
    const known = [...new Set(hosts.flatMap((host) => host.families))].sort().join(', ');
    super(
      hosts.length === 0
        ? `No host runs that could start an agent of family "${family}". Start a host, then try again.`
        : `None of the ${hosts.length} host(s) has the family "${family}". There are: ${known || 'none'}.`,
      { family },
    );
  }
}
