import { type MailboxPlan } from '@baton/persistence';
import { isSettled, mailboxQueue, staleChannels } from './mailbox-plan';

const plan = (more: Partial<MailboxPlan> = {}): MailboxPlan => ({
  ...{ address: 'a', open: true, channels: [], leftovers: [] },
  ...more,
});
const leftover = (channel: string | null) => ({ id: 1, channel, discard: false });

test('a mailbox is bound to its own key and to its channels', () => {
  expect(mailboxQueue(plan({ channels: ['x', 'y'] }))).toMatchObject({
    name: 'baton.mailbox.a',
    bindings: [{ key: 'mailbox.a' }, { exchange: 'baton.channels', key: 'x' }, { key: 'y' }],
  });
});

test('what is left over or was bound before is stale, once, unless it is wanted again', () => {
  expect(staleChannels(plan({ leftovers: [leftover('x'), leftover(null)] }), undefined)).toEqual(['x']);
  const now = plan({ channels: ['y'], leftovers: [leftover('x'), leftover('y')] });
  expect(staleChannels(now, plan({ channels: ['x', 'y', 'z'] }))).toEqual(['x', 'z']);
});

test('settled is what was done as it is wanted, with nothing left over', () => {
  expect(isSettled(plan(), undefined)).toBe(false);
  expect(isSettled(plan({ channels: ['x'] }), plan({ channels: ['x'], leftovers: [leftover('y')] }))).toBe(true);
  expect(isSettled(plan({ leftovers: [leftover('x')] }), plan())).toBe(false);
  expect(isSettled(plan({ channels: ['x'] }), plan())).toBe(false);
  expect(isSettled(plan({ open: false }), plan())).toBe(false);
});
