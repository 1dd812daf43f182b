import { ConfirmWindow, type Entry } from './confirm-window';

interface Tracked extends Entry {
  outcome?: string;
}

function entry(id: string, more: { durable?: boolean; mandatory?: boolean } = {}): Tracked {
  const tracked: Tracked = {
    exchange: 'x',
    key: 'k',
    content: Buffer.alloc(0),
    properties: { messageId: id, ...(more.mandatory && { mandatory: true }) },
    durable: more.durable ?? true,
    resolve: (outcome) => (tracked.outcome = outcome),
    reject: (error) => (tracked.outcome = error.message),
    returned: false,
    losses: 0,
  };
  return tracked;
}

function sendAll(window: ConfirmWindow): string[] {
  const ids: string[] = [];
  for (let next = window.next(); next; next = window.next()) ids.push(String(next.properties.messageId));
  return ids;
}

test('W1 no more than the window is in flight, no more than the buffer waits', () => {
  const window = new ConfirmWindow(2, 1);
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
  const window = new ConfirmWindow(3, 10);
  const live = entry('live', { durable: false, mandatory: true });
  const waitingLive = entry('late', { durable: false, mandatory: true });
  for (const one of [entry('a'), live, entry('b'), entry('c'), waitingLive]) window.add(one);
  expect(sendAll(window)).toEqual(['a', 'live', 'b']);
  window.lose();
  expect([live.outcome, waitingLive.outcome]).toEqual(['dropped', 'dropped']);
  expect(sendAll(window)).toEqual(['a', 'b', 'c']);
});

test('a second loss before everything went out again keeps the order', () => {
  const window = new ConfirmWindow(2, 10);
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
  const window = new ConfirmWindow(5, 5);
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
  const window = new ConfirmWindow(5, 5);
  const one = entry('a', { mandatory: true });
  window.add(one);
  sendAll(window);
  window.returned('a');
  window.lose();
  sendAll(window);
  window.confirm(one);
  expect(one.outcome).toBe('sent');
});

test('a refused durable message goes first again, a live one is dropped', () => {
  const window = new ConfirmWindow(2, 5);
  const [durable, live] = [entry('d'), entry('l', { durable: false })];
  for (const one of [durable, live, entry('next')]) window.add(one);
  sendAll(window);
  window.refuse(durable);
  window.refuse(live);
  expect(live.outcome).toBe('dropped');
  expect(sendAll(window)).toEqual(['d', 'next']);
});

test('an entry that is at fault fails alone', () => {
  const window = new ConfirmWindow(5, 5);
  const [good, bad] = [entry('good'), entry('bad')];
  window.add(good);
  window.add(bad);
  sendAll(window);
  window.lose((one) => (one === bad ? new Error('your fault') : undefined));
  expect(bad.outcome).toBe('your fault');
  expect(sendAll(window)).toEqual(['good']);
});

test('giving up fails everything', () => {
  const window = new ConfirmWindow(1, 5);
  const entries = ['a', 'b'].map((id) => entry(id));
  for (const one of entries) window.add(one);
  sendAll(window);
  window.abandon(new Error('closed'));
  expect(entries.map((one) => one.outcome)).toEqual(['closed', 'closed']);
  expect(window.unconfirmed).toBe(0);
});

test('W3 what no queue took is sent again while queues may come back, then let go; whoever asked is told', () => {
  const window = new ConfirmWindow(10, 10);
  const quiet = { ...entry('quiet', { mandatory: true }), mayMiss: true };
  const asked = entry('asked', { mandatory: true });
  let outcome: string | undefined;
  const tracked = { ...quiet, resolve: (told: string) => (outcome = told) };
  window.add(tracked);
  window.add(asked);
  sendAll(window);
  window.returned('quiet');
  window.returned('asked');
  expect(window.confirm(tracked, true)).toBe(true);
  expect(window.confirm(asked, true)).toBe(false);
  expect([outcome, asked.outcome]).toEqual([undefined, 'unroutable']);
  expect(sendAll(window)).toEqual(['quiet']);
  window.returned('quiet');
  expect(window.confirm(tracked)).toBe(false);
  expect(outcome).toBe('sent');
  expect(window.unconfirmed).toBe(0);
});
