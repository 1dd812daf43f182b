import { type ConsumeMessage } from 'amqplib';
import { createLogger } from '@baton/observability';
import { CalmLog } from './calm-log';
import { type DeathNotes } from './death-notes';
import { Gate } from './gate';
import { type Held, type Line } from './held';

/** Notes in memory, which outlive the gates of a test as they outlive processes at the broker. */
class Notes {
  readonly counts = new Map<string, number>();
  broken = false;

  private readonly id = ({ properties }: ConsumeMessage): string => properties.messageId as string;

  count(_session: unknown, messages: readonly ConsumeMessage[]): Promise<number[]> {
    if (this.broken) return Promise.reject(new Error('403'));
    return Promise.resolve(messages.map((message) => this.counts.get(this.id(message)) ?? 0));
  }

  add(_session: unknown, messages: readonly ConsumeMessage[]): Promise<void> {
    if (this.broken) return Promise.reject(new Error('403'));
    for (const message of messages) this.counts.set(this.id(message), (this.counts.get(this.id(message)) ?? 0) + 1);
    return Promise.resolve();
  }

  remove(_session: unknown, messages: readonly ConsumeMessage[]): Promise<void> {
    for (const message of messages) this.counts.delete(this.id(message));
    return Promise.resolve();
  }
}

/** One process with its consumer: `ends` names what its handler is done with at once. */
function start(notes: Notes | undefined, ends: (id: string) => boolean = () => true) {
  const taken: string[] = [];
  const refused: string[] = [];
  const back: number[] = [];
  const line = {
    alive: true,
    session: { alive: true },
    acks: { ids: ['m1'] },
    giveBack: (tag: number) => back.push(tag),
  } as unknown as Line;
  const take = (held: Held): void => {
    const id = held.message.properties.messageId as string;
    taken.push(id);
    if (ends(id)) held.ended?.();
  };
  const gate = new Gate({
    work: { take, idle: () => Promise.resolve() },
    notes: notes as unknown as DeathNotes,
    refuse: (held, { code, deliveries }) => {
      refused.push(`${held.message.properties.messageId as string} ${code} ${deliveries}`);
      return Promise.resolve();
    },
    calm: new CalmLog(createLogger('bus-test', 'silent')),
  });
  const deliver = (tag: number, redelivered: boolean): void => {
    const message = { fields: { redelivered, deliveryTag: tag }, properties: { messageId: `m${tag}` } };
    gate.take({ message, line, failures: 0, tries: 0, alone: false } as unknown as Held);
  };
  return { gate, line, taken, refused, back, deliver };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());
const settle = (): Promise<void> => jest.advanceTimersByTimeAsync(1);

test('what comes for the first time passes straight through', () => {
  const { taken, deliver } = start(new Notes());
  for (const tag of [1, 2]) deliver(tag, false);
  expect(taken).toEqual(['m1', 'm2']);
});

test('redeliveries are noted, handled in order before what is behind them, and forgotten when they end', async () => {
  const notes = new Notes();
  const { taken, deliver } = start(notes);
  deliver(1, true);
  deliver(2, true);
  deliver(3, false);
  expect(taken).toEqual([]);
  await settle();
  expect(taken).toEqual(['m1', 'm2', 'm3']);
  expect([...notes.counts]).toEqual([]);
  deliver(4, false);
  expect(taken).toEqual(['m1', 'm2', 'm3', 'm4']);
});

/** A process that dies of m2. Acks leave at the end of a turn: what was handled in the turn of its death is not acked. */
async function liveAndDie(notes: Notes, open: readonly number[], redelivered: boolean) {
  let dead = false;
  let deadly = 0;
  const acked: number[] = [];
  const { deliver, refused } = start(notes, (id) => {
    if (dead) return false;
    if (id === 'm2') deadly++;
    dead = id === 'm2';
    queueMicrotask(() => dead || acked.push(Number(id.slice(1))));
    return !dead;
  });
  for (const tag of open) deliver(tag, redelivered);
  await settle();
  return { acked, refused, deadly };
}

test('a message that kills is dead after five deliveries; its neighbors are handled, without blame', async () => {
  const notes = new Notes();
  let open = [1, 2, 3];
  let deadly = 0;
  const condemned: string[] = [];
  for (let life = 0; open.length > 0 && life < 10; life++) {
    const end = await liveAndDie(notes, open, life > 0);
    deadly += end.deadly;
    condemned.push(...end.refused);
    open = open.filter((tag) => !end.acked.includes(tag) && !condemned.some((text) => text.startsWith(`m${tag} `)));
  }
  expect(condemned).toEqual(['m2 poison 5']);
  expect([open, deadly]).toEqual([[], 5]);
  expect([...notes.counts]).toEqual([]);
});

test('after its own reconnect a process does not suspect what it had', async () => {
  const { gate, line, taken, deliver } = start(new Notes());
  deliver(1, false);
  gate.lost(line);
  deliver(1, true);
  expect(taken).toEqual(['m1', 'm1']);
  deliver(1, true);
  expect(taken).toHaveLength(2);
  await settle();
  expect(taken).toHaveLength(3);
});

test('a long handler of a suspect does not hold up the others for ever, and stays noted until it ends', async () => {
  const notes = new Notes();
  const { taken, deliver } = start(notes, (id) => id !== 'm1');
  deliver(1, true);
  deliver(2, false);
  await settle();
  expect(taken).toEqual(['m1']);
  await jest.advanceTimersByTimeAsync(5_000);
  expect(taken).toEqual(['m1', 'm2']);
  expect(notes.counts.get('m1')).toBe(1);
});

test('where notes cannot be taken messages are handled all the same', async () => {
  const notes = new Notes();
  notes.broken = true;
  const { taken, deliver } = start(notes);
  deliver(1, true);
  await settle();
  expect(taken).toEqual(['m1']);
});

test('what waits when the consumer stops goes back to the queue', async () => {
  const { gate, taken, back, deliver } = start(new Notes(), () => false);
  deliver(1, true);
  await settle();
  deliver(2, true);
  deliver(3, false);
  gate.stop();
  expect([taken, back]).toEqual([['m1'], [2, 3]]);
});
