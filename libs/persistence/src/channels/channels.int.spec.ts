import { testDatabase, type TestDatabase } from '@baton/testing';
import { Database } from '../database';
import { readAuditPage } from '../history/audit-pages';
import { checkInvariants } from '../invariants/check-invariants';
import { statement } from '../sql';
import { channelLimits, createChannel, deleteChannel } from './change-channels';
import { closeMailbox, openMailbox } from './change-mailboxes';
import { joinChannel, leaveChannel } from './change-memberships';
import { forgetLeftovers, type MailboxPlan, readMailboxPlans, readMailboxPlansOf } from './mailbox-plans';
import { getChannel, listChannels, listMailboxes, listMembers, membershipsOf } from './read-channels';

const actor = 'user:ada';
let place: TestDatabase;
let database: Database;
let names = 0;
const fresh = (): string => `channel-${++names}`;
const run = (text: string) => database.run(statement(`spec-channels-${names++}`, text));

beforeAll(async () => {
  place = await testDatabase();
  database = new Database({ url: place.url, name: 'channels', connections: 4 });
});
afterAll(async () => {
  expect((await checkInvariants(database)).violations).toEqual([]);
  await database.close();
  await place.close();
});

const planOf = async (address: string): Promise<MailboxPlan> =>
  (await readMailboxPlansOf(database, [address]))[0] as MailboxPlan;

/** What the audit says of channels and mailboxes, oldest first. */
async function told(of: string): Promise<string[]> {
  const rows = await readAuditPage(database, {}, { order: 'oldest', limit: 10_000 });
  const about = rows.filter((row) => row.reason === of || row.reason?.startsWith(`${of}: `));
  return about.map(({ subject, seq, to, reason, actor: who }) => `${subject} ${seq} ${to} ${reason} by ${who}`);
}

test('a channel is made once, with its types, and shows who is in it', async () => {
  const name = fresh();
  const types = { 'order.placed': { type: 'object' } };
  const made = await createChannel(database, { name, description: 'orders', types }, actor);
  expect(made).toEqual({
    ...{ name, description: 'orders', types, members: 0, createdBy: actor },
    createdAt: expect.stringMatching(/Z$/),
  });
  await expect(createChannel(database, { name }, actor)).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
  await joinChannel(database, { channel: name, member: 'probe-1' }, actor);
  expect(await getChannel(database, name)).toEqual({ ...made, members: 1 });
  expect(await told(name)).toEqual([
    `channel 1 created ${name} by ${actor}`,
    `channel 2 joined ${name}: probe-1 by ${actor}`,
  ]);
});

test('to join again changes nothing; to want messages kept opens the mailbox; both are audited once', async () => {
  const [channel, member] = [fresh(), `member-${names}`];
  await expect(joinChannel(database, { channel, member }, actor)).rejects.toMatchObject({ code: 'CHANNEL_NOT_FOUND' });
  const first = await joinChannel(database, { channel, member, create: true }, actor);
  expect(first).toMatchObject({ changed: true, membership: { channel, member, durable: false, types: {} } });
  expect(await joinChannel(database, { channel, member, create: true }, actor)).toEqual({ ...first, changed: false });
  const kept = await joinChannel(database, { channel, member, durable: true }, actor);
  expect(kept).toEqual({ changed: true, membership: { ...first.membership, durable: true } });
  expect(await joinChannel(database, { channel, member }, actor)).toEqual({ ...kept, changed: false });
  expect(await membershipsOf(database, member)).toEqual([kept.membership]);
  expect(await told(channel)).toEqual([
    `channel 1 created ${channel} by ${actor}`,
    `channel 2 joined ${channel}: ${member} by ${actor}`,
    `channel 3 changed ${channel}: ${member} by ${actor}`,
  ]);
  expect(await told(member)).toEqual([`mailbox 1 opened ${member} by ${actor}`]);
});

test('what the broker has to take away stands in the plan until it has', async () => {
  const [channel, member] = [fresh(), `member-${names}`];
  const plan = () => planOf(member);
  await joinChannel(database, { channel, member, durable: true, create: true }, actor);
  expect(await plan()).toEqual({ address: member, open: true, channels: [channel], leftovers: [] });
  expect(await leaveChannel(database, { channel, member }, actor)).toEqual({ durable: true });
  expect(await leaveChannel(database, { channel, member }, actor)).toBeUndefined();
  const after = await plan();
  expect(after).toMatchObject({ open: true, channels: [], leftovers: [{ channel, discard: false }] });
  await joinChannel(database, { channel, member, durable: true }, actor);
  expect(await plan()).toEqual({ address: member, open: true, channels: [channel], leftovers: [] });
  await deleteChannel(database, channel, actor);
  const deleted = await plan();
  expect(deleted).toMatchObject({ channels: [], leftovers: [{ channel }] });
  await forgetLeftovers(database, after.leftovers); // of before: forgets nothing of now
  expect(await plan()).toEqual(deleted);
  await forgetLeftovers(database, deleted.leftovers);
  expect((await plan()).leftovers).toEqual([]);
});

test('a channel goes with its memberships and says who was in it', async () => {
  const name = fresh();
  for (const member of ['b', 'a', 'c'])
    await joinChannel(
      database,
      { channel: name, member: `${name}.${member}`, durable: member === 'c', create: true },
      actor,
    );
  const gone = await deleteChannel(database, name, actor);
  expect(gone).toEqual({ members: [`${name}.a`, `${name}.b`, `${name}.c`], durable: [`${name}.c`] });
  expect(await getChannel(database, name)).toBeUndefined();
  expect(await membershipsOf(database, `${name}.a`)).toEqual([]);
  await expect(deleteChannel(database, name, actor)).rejects.toMatchObject({ code: 'CHANNEL_NOT_FOUND' });
  expect((await told(name)).at(-1)).toBe(`channel 5 deleted ${name} by ${actor}`);
  // The name is free again, with a history of its own.
  expect(await createChannel(database, { name }, actor)).toMatchObject({ members: 0 });
});

test('a mailbox is open until it is closed, and stays while a membership needs it', async () => {
  const [channel, address] = [fresh(), `box-${names}`];
  const opened = await openMailbox(database, address, actor);
  expect(await openMailbox(database, address, 'somebody else')).toEqual(opened);
  await joinChannel(database, { channel, member: address, durable: true, create: true }, actor);
  const close = (discard: boolean) => closeMailbox(database, { address, discard }, actor);
  await expect(close(true)).rejects.toThrow(`keeps what is said in ${channel}`);
  await leaveChannel(database, { channel, member: address }, actor);
  await close(true);
  await expect(close(false)).rejects.toMatchObject({ code: 'MAILBOX_NOT_FOUND' });
  expect(await planOf(address)).toMatchObject({
    open: false,
    leftovers: [{ channel }, { channel: null, discard: true }],
  });
  expect(await told(address)).toEqual([
    `mailbox 1 opened ${address} by ${actor}`,
    `mailbox 2 closed ${address} by ${actor}`,
  ]);
  await openMailbox(database, address, actor);
  expect(await planOf(address)).toMatchObject({ open: true, leftovers: [{ channel }] });
});

test('lists come in pages by name', async () => {
  const prefix = 'zz-page';
  for (const n of [3, 1, 2]) {
    await createChannel(database, { name: `${prefix}-${n}` }, actor);
    await openMailbox(database, `${prefix}-${n}`, actor);
  }
  for (const n of [3, 1, 2]) await joinChannel(database, { channel: `${prefix}-1`, member: `m-${n}` }, actor);
  const one = await listChannels(database, { limit: 2, after: prefix });
  expect(one.map(({ name }) => name)).toEqual([`${prefix}-1`, `${prefix}-2`]);
  const two = await listChannels(database, { limit: 2, after: `${prefix}-2` });
  expect(two.map(({ name }) => name)).toEqual([`${prefix}-3`]);
  expect((await listChannels(database, { limit: 9 }, 'm-2')).map(({ name }) => name)).toEqual([`${prefix}-1`]);
  const members = await listMembers(database, `${prefix}-1`, { limit: 2, after: 'm-1' });
  expect(members.map(({ member }) => member)).toEqual(['m-2', 'm-3']);
  const boxes = await listMailboxes(database, { limit: 2, after: prefix });
  expect(boxes.map(({ address }) => address)).toEqual([`${prefix}-1`, `${prefix}-2`]);
  const plans = await readMailboxPlans(database, prefix, 2);
  expect(plans.map(({ address }) => address)).toEqual([`${prefix}-1`, `${prefix}-2`]);
});

test('many at once: every change is counted once, by all who make it', async () => {
  const channel = fresh();
  await Promise.all(
    Array.from({ length: 40 }, (_, n) =>
      joinChannel(database, { channel, member: `many-${n % 10}`, durable: n % 2 === 0, create: true }, actor),
    ),
  );
  await Promise.all(
    Array.from({ length: 20 }, (_, n) => leaveChannel(database, { channel, member: `many-${n % 10}` }, actor)),
  );
  expect(await getChannel(database, channel)).toMatchObject({ members: 0 });
  const [row] = await run(`select c.seq, count(a.*)::int as entries, count(distinct a.seq)::int as distinct
    from channels c join audit a on a.subject_id = c.id where c.name = '${channel}' group by c.seq`);
  expect(row).toEqual({ seq: row?.entries, entries: row?.entries, distinct: row?.entries });
});

test('there are bounds to both', async () => {
  const channel = fresh();
  await createChannel(database, { name: channel }, actor);
  await run(`insert into channel_members (channel, member, durable)
             select '${channel}', 'x-' || n, false from generate_series(1, ${channelLimits.members}) n`);
  const join = (member: string) => joinChannel(database, { channel, member }, actor);
  await expect(join('one-more')).rejects.toThrow('has 10000 members');
  expect(await join('x-1')).toMatchObject({ changed: false });
  await run(`insert into channels (name, types, created_by, seq)
             select 'full-' || n, '{}', 'spec', 0 from generate_series(1, ${channelLimits.channels}) n`);
  await expect(createChannel(database, { name: fresh() }, actor)).rejects.toThrow('10000 channels exist');
  const another = joinChannel(database, { channel: fresh(), member: 'x', create: true }, actor);
  await expect(another).rejects.toThrow('10000 channels exist');
  await run(`delete from channels where name like 'full-%'`);
});
