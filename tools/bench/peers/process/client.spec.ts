import { type JobInput, type PeerClient } from '../drivers/driver';
import { submit, submitAndWait, untilCompleted } from './client';

/** A peer that keeps its jobs in memory. */
function peer(completed: () => number = () => 0): PeerClient & { calls: JobInput[][]; most: number } {
  let inFlight = 0;
  const accept = async (inputs: readonly JobInput[]): Promise<void> => {
    client.most = Math.max(client.most, ++inFlight);
    await Promise.resolve();
    inFlight--;
    client.calls.push([...inputs]);
  };
  const client = {
    calls: [] as JobInput[][],
    most: 0,
    submitBulk: accept,
    submit: (input: JobInput) => accept([input]),
    submitAndWait: (input: JobInput) => accept([input]),
    completed: () => Promise.resolve(completed()),
    close: () => Promise.resolve(),
  };
  return client;
}

const numbers = (calls: JobInput[][]): number[] =>
  calls
    .flat()
    .map(({ n }) => n)
    .sort((a, b) => a - b);

describe('the client of a peer', () => {
  test('submits every job once, in full calls but for the last, with so many in flight', async () => {
    const client = peer();
    const { startedAt, endedAt } = await submit(client, { count: 1_100, perCall: 500, inFlight: 2 });
    expect(client.calls.map((call) => call.length).sort()).toEqual([100, 500, 500]);
    expect(numbers(client.calls)).toEqual(Array.from({ length: 1_100 }, (_, n) => n));
    expect(client.most).toBe(2);
    expect(endedAt).toBeGreaterThanOrEqual(startedAt);
  });

  test('submits singly when a call takes one', async () => {
    const client = peer();
    await submit(client, { count: 7, perCall: 1, inFlight: 64 });
    expect(numbers(client.calls)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(client.calls.every((call) => call.length === 1)).toBe(true);
  });

  test('waits for one after the other', async () => {
    const client = peer();
    expect(await submitAndWait(client, 3)).toHaveLength(3);
    expect(client.most).toBe(1);
  });

  test('waits until the last job is recorded', async () => {
    let recorded = 0;
    const client = peer(() => ++recorded);
    await untilCompleted(client, 3, 10_000);
    expect(recorded).toBe(3);
  });

  test('more results than jobs, or too few in time, are errors', async () => {
    await expect(
      untilCompleted(
        peer(() => 4),
        3,
        10_000,
      ),
    ).rejects.toThrow('4 jobs are recorded as completed, only 3 were submitted');
    await expect(
      untilCompleted(
        peer(() => 2),
        3,
        0,
      ),
    ).rejects.toThrow('2 of 3 jobs completed');
  });
});
