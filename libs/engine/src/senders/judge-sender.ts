/** Whether a message may speak for an agent, and if not, why. */
export type SenderVerdict = 'right' | 'another user' | 'no user';

/** Whose word counts for everybody's: the services themselves. */
export interface Services {
  has(user: string | undefined): boolean;
}

/**
 * `user` is the AMQP user of the sender as the broker has checked it, `owner` the one who registered the agent; an agent
 * whose owner is not known (it registered without saying, or nobody has heard of it) is guarded by nothing.
 */
export function judgeSender(
  user: string | undefined,
  owner: string | null | undefined,
  services: Services,
): SenderVerdict {
  if (owner === null || owner === undefined || user === owner || services.has(user)) return 'right';
  return user === undefined ? 'no user' : 'another user';
}
