import { queues, type QueueSpec, routes } from '@baton/bus';
import { type MailboxPlan } from '@baton/persistence';

/** The queue of an open mailbox, bound to the channels it keeps. */
export function mailboxQueue({ address, channels }: MailboxPlan): QueueSpec {
  const queue = queues.mailbox(address);
  return { ...queue, bindings: [...queue.bindings, ...channels.map(routes.channel)] };
}

/** What may still be bound and should not: leftovers, and what was bound by a plan that is out of date. */
export function staleChannels(plan: MailboxPlan, before: MailboxPlan | undefined): string[] {
  const bound = [...plan.leftovers.map(({ channel }) => channel), ...(before?.channels ?? [])];
  const stale = bound.filter((channel): channel is string => channel !== null && !plan.channels.includes(channel));
  return [...new Set(stale)];
}

/** Whether what was done last is what is to be. */
export function isSettled(plan: MailboxPlan, done: MailboxPlan | undefined): boolean {
  if (plan.leftovers.length > 0 || plan.open !== done?.open) return false;
  return plan.channels.join(' ') === done.channels.join(' ');
}
