import { Entry } from './confirm-entry';
import { ConfirmWindow } from './confirm-window';

class Tracked extends Entry {
  outcome: string | undefined;

  constructor(id: string, durable: boolean, mandatory: boolean, key: string) {
    const properties = { messageId: id, ...(mandatory && { mandatory: true }) };
    super(
      { exchange: 'x', key, content: Buffer.alloc(0), properties },
      durable,
      (outcome) => (this.outcome = outcome),
      (error) => (this.outcome = error.message),
    );
  }
}

function entry(id: string, { durable = true, mandatory = false, to = 'k' } = {}): Tracked {
  return new Tracked(id, durable, mandatory, to);
}

function sendAll(window: ConfirmWindow): string[] {
  const ids: string[] = [];
  for (let next = window.next(); next; next = window.next()) ids.push(String(next.properties.messageId));
  return ids;
}

test('W1 no more than the window is in flight, no more than the buffer waits', () => {
  const window = new ConfirmWindow({ window: 2, buffer: 1, refusedAfterMs: 100 });
  const entries = ['a', 'b', 'c'].map((id) => entry(id));
  for (const one of entries) window.add(one);
  expect(sendAll(window)).toEqual(['a', 'b']);
  expect(window.full).toBe(true);
  window.confirm(entries[0] as Entry);
  expect(entries[0]?.outcome).toBe('sent');
  expect(sendAll(window)).toEqual(['c']);
  expect(window.full).toBe(false);
  expect(window.unconfirmed).toBe(2);
});

test('W2 after a loss durable ones are sent again in order, before what waited; the others are dropped', () => {
  const window = new ConfirmWindow({ window: 3, buffer: 10, refusedAfterMs: 100 });
  const live = entry('live', { durable: false, mandatory: true });
  const waitingLive = entry('late', { durable: false, mandatory: true });
  for (const one of [entry('a'), live, entry('b'), entry('c'), waitingLive]) window.add(one);
  expect(sendAll(window)).toEqual(['a', 'live', 'b']);
  window.lose();
  expect([live.outcome, waitingLive.outcome]).toEqual(['dropped', 'dropped']);
  expect(sendAll(window)).toEqual(['a', 'b', 'c']);
});

test('a second loss before everything went out again keeps the order', () => {
  const window = new ConfirmWindow({ window: 2, buffer: 10, refusedAfterMs: 100 });
  for (const id of ['a', 'b', 'c', 'd']) window.add(entry(id));
  sendAll(window);
  window.lose();
  const first = window.next() as Entry;
  window.lose();
  expect(first.losses).toBe(2);
  expect(window.next()?.properties.messageId).toBe('a');
  expect(window.next()?.properties.messageId).toBe('b');
});

test('a returned message is unroutable once its confirm comes; its namesake is not', () => {
  const window = new ConfirmWindow({ window: 5, buffer: 5, refusedAfterMs: 100 });
  const [first, second] = [entry('same', { mandatory: true }), entry('same', { mandatory: true })];
  window.add(first);
  window.add(second);
  sendAll(window);
  window.returned('same');
  window.returned('unknown');
  window.confirm(first);
  window.confirm(second);
  window.confirm(second);
  expect([first.outcome, second.outcome]).toEqual(['unroutable', 'sent']);
});

test('a return from before a loss does not count after it', () => {
  const window = new ConfirmWindow({ window: 5, buffer: 5, refusedAfterMs: 100 });
  const one = entry('a', { mandatory: true });
  window.add(one);
  sendAll(window);
  window.returned('a');
  window.lose();
  sendAll(window);
  window.confirm(one);
  expect(one.outcome).toBe('sent');
});

describe('W3 what the broker did not take', () => {
  const limits = { window: 2, buffer: 5, refusedAfterMs: 100 };

  test('a live message is told at once; a durable one rests, then goes again before what waits', () => {
    const window = new ConfirmWindow(limits);
    const [durable, live] = [entry('d'), entry('l', { durable: false })];
    for (const one of [durable, live, entry('next', { to: 'elsewhere' }), entry('after')]) window.add(one);
    sendAll(window);
    expect(window.refuse(durable, 0)).toBe(true);
    expect(window.refuse(live, 0)).toBe(false);
    expect(live.outcome).toBe('refused');
    expect(window.unconfirmed).toBe(3);
    expect(window.next()?.properties.messageId).toBe('next');
    window.rested();
    expect(sendAll(window)).toEqual(['d']);
  });

  test('a durable one whose sender wants to be told is given up after the time for it, another one never', () => {
    const window = new ConfirmWindow(limits);
    const [asked, silent] = [entry('asked', { mandatory: true }), entry('silent')];
    for (const one of [asked, silent]) window.add(one);
    for (const now of [1_000, 1_050, 1_099, 1_100]) {
      window.rested();
      sendAll(window);
      window.refuse(asked, now);
      window.refuse(silent, now);
      expect(asked.outcome).toBe(now < 1_100 ? undefined : 'refused');
    }
    expect(window.unconfirmed).toBe(1);
  });

  test('what is durable and goes to the same place rests with it; once they go again, it is in their order', () => {
    const window = new ConfirmWindow({ ...limits, window: 3, buffer: 20 });
    const [first, second, third] = [entry('1'), entry('2'), entry('3')] as const;
    const elsewhere = entry('other', { to: 'elsewhere' });
    const live = entry('live', { durable: false, mandatory: true });
    for (const one of [first, second, third, entry('4'), elsewhere, entry('5'), live, entry('6')]) window.add(one);
    sendAll(window);
    window.refuse(second, 0);
    expect(sendAll(window)).toEqual(['other']);
    window.refuse(third, 0);
    window.refuse(first, 0);
    expect(sendAll(window)).toEqual(['live']);
    for (const one of [elsewhere, live]) window.confirm(one);
    window.rested();
    expect(sendAll(window)).toEqual(['1', '2', '3']);
    for (const one of [third, second]) window.refuse(one, 0);
    window.rested(); // 4 to 6 have not had their turn again
    window.confirm(first);
    expect(sendAll(window)).toEqual(['2', '3', '4']);
    window.refuse(third, 0);
    window.lose();
    expect(sendAll(window)).toEqual(['2', '3', '4']);
  });

  test('what was about to go again when the channel is given up goes before what was sent after it', () => {
    const window = new ConfirmWindow({ ...limits, window: 3 });
    const first = entry('1');
    for (const one of [first, entry('2'), entry('3'), entry('4')]) window.add(one);
    sendAll(window);
    window.refuse(first, 0);
    window.rested();
    window.lose();
    expect(sendAll(window)).toEqual(['1', '2', '3']);
  });

  test('many may rest while a quorum queue elects a leader: half of the buffer', () => {
    const window = new ConfirmWindow({ ...limits, buffer: 10 });
    const all = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => entry(id, { mandatory: true, to: id }));
    for (const one of all) window.add(one);
    for (const one of all) {
      sendAll(window);
      window.refuse(one, 0);
    }
    expect(all.map(({ outcome }) => outcome)).toEqual([...Array<undefined>(5).fill(undefined), 'refused']);
  });

  test('at least a window may rest; and what rests counts as waiting', () => {
    const window = new ConfirmWindow({ ...limits, buffer: 2 });
    const all = ['a', 'b', 'c'].map((id) => entry(id, { mandatory: true, to: id }));
    for (const one of all) window.add(one);
    for (const one of all) {
      sendAll(window);
      window.refuse(one, 0);
    }
    expect(all.map(({ outcome }) => outcome)).toEqual([undefined, undefined, 'refused']);
    expect(window.full).toBe(true);
  });

  test('what rests when the channel is lost goes first on the next one', () => {
    const window = new ConfirmWindow(limits);
    const [first, second] = [entry('first'), entry('second')];
    for (const one of [first, second]) window.add(one);
    sendAll(window);
    window.refuse(first, 0);
    window.lose();
    expect(sendAll(window)).toEqual(['first', 'second']);
  });
});

test('an entry that is at fault fails alone', () => {
  const window = new ConfirmWindow({ window: 5, buffer: 5, refusedAfterMs: 100 });
  const [good, bad] = [entry('good'), entry('bad')];
  window.add(good);
  window.add(bad);
  sendAll(window);
  window.lose((one) => (one === bad ? new Error('your fault') : undefined));
  expect(bad.outcome).toBe('your fault');
  expect(sendAll(window)).toEqual(['good']);
});

test('giving up fails everything', () => {
  const window = new ConfirmWindow({ window: 1, buffer: 5, refusedAfterMs: 100 });
  const entries = ['a', 'b'].map((id) => entry(id));
  for (const one of entries) window.add(one);
  sendAll(window);
  window.abandon(new Error('closed'));
  expect(entries.map((one) => one.outcome)).toEqual(['closed', 'closed']);
  expect(window.unconfirmed).toBe(0);
});

test('W4 what no queue took is sent again while queues may come back, then let go; whoever asked is told', () => {
  const window = new ConfirmWindow({ window: 10, buffer: 10, refusedAfterMs: 100 });
  const quiet = entry('quiet');
  const asked = entry('asked', { mandatory: true });
  window.add(quiet);
  window.add(asked);
  sendAll(window);
  window.returned('quiet');
  window.returned('asked');
  expect(window.confirm(quiet, true)).toBe(true);
  expect(window.confirm(asked, true)).toBe(false);
  expect([quiet.outcome, asked.outcome]).toEqual([undefined, 'unroutable']);
  expect(sendAll(window)).toEqual([]);
  window.rested();
  expect(sendAll(window)).toEqual(['quiet']);
  window.returned('quiet');
  expect(window.confirm(quiet)).toBe(false);
  expect(quiet.outcome).toBe('sent');
  expect(window.unconfirmed).toBe(0);
});
