import { type ServiceUsers } from '@baton/bus';
import { type CloudEvent } from '@baton/contracts';

/** Who asks for a change. */
export interface Asker {
  /** As the audit names it. */
  readonly actor: string;
  /** It speaks for somebody else, who has to be told: a person at a door. */
  readonly isOther: boolean;
  /** The AMQP user, as the broker has checked; undefined: it did not say. */
  readonly user: string | undefined;
}

const longest = 300;
const person = '/users/';

/** By the source of the request; who is no service is named by its AMQP user too, for a source is easily made up. */
export function askerOf(
  { source }: Pick<CloudEvent<unknown>, 'source'>,
  user: string | undefined,
  services: Pick<ServiceUsers, 'has'>,
): Asker {
  const isOther = source.startsWith(person);
  const named = source.replace(/^\/(user|agent)s\//, '$1:');
  const actor = services.has(user) ? named : `amqp:${user ?? 'unknown'} as ${source}`;
  return { actor: actor.slice(0, longest), isOther, user };
}

/** The AMQP user in the name of somebody who is no service; null: none is told. */
export function userIn(actor: string | null): string | null {
  const user = /^amqp:(.+) as /.exec(actor ?? '')?.[1];
  return user === undefined || user === 'unknown' ? null : user;
}
