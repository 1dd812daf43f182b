import { runLoop } from './closed-loop';

test('so many requests are in flight, never more, and each is sent once', async () => {
  const open: (() => void)[] = [];
  let sent = 0;
  const done = runLoop({
    requests: 10,
    inFlight: 3,
    send: () => {
      sent++;
      return new Promise<void>((resolve) => open.push(resolve));
    },
  });
  for (let answered = 0; answered < 10; answered++) {
    expect(open).toHaveLength(Math.min(3, 10 - answered));
    open.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { latenciesMs, startedAt, meanSentAt, endedAt } = await done;
  expect(sent).toBe(10);
  expect(latenciesMs).toHaveLength(10);
  expect(meanSentAt).toBeGreaterThanOrEqual(startedAt);
  expect(endedAt).toBeGreaterThanOrEqual(meanSentAt);
});

test('the first failure ends the loop with its reason', async () => {
  const send = (): Promise<void> => Promise.reject(new Error('422'));
  await expect(runLoop({ requests: 10, inFlight: 2, send })).rejects.toThrow('422');
});
