import { createLogger } from '@baton/observability';
import { type Database } from '@baton/persistence';
import { eventually } from '@baton/testing';
import { LeaseKeeper } from './lease-keeper';

const logger = createLogger('test', 'silent');
const times = { ttlMs: 50, renewEveryMs: 5, tryEveryMs: 5, unfitForMs: 20 };
const isFit = (): boolean => true;

/** Gives a new epoch whenever it is asked for the lease; every renewal succeeds. */
function generousDatabase(): Database {
  let epoch = 0;
  const run = ({ name }: { name: string }): Promise<object[]> =>
    Promise.resolve(name === 'lease-take' ? [{ epoch: String(++epoch) }] : [{ held: 1 }]);
  return { run } as unknown as Database;
}

test('a term that cannot end cleanly does not keep its process from the next one', async () => {
  const taken: number[] = [];
  const lost = (): Promise<void> => (taken.length === 1 ? Promise.reject(new Error('stuck')) : Promise.resolve());
  const keeper = new LeaseKeeper(
    generousDatabase(),
    { taken: (epoch) => void taken.push(epoch), lost, isFit },
    logger,
    times,
  );
  keeper.start();
  await eventually(() => taken.length === 1);
  keeper.resign('test');
  await eventually(() => taken.length === 2);
  await keeper.stop();
  expect(taken).toEqual([1, 2]);
});

test('after its stop it takes nothing more', async () => {
  const taken: number[] = [];
  const events = { taken: (epoch: number) => void taken.push(epoch), lost: () => Promise.resolve(), isFit };
  const keeper = new LeaseKeeper(generousDatabase(), events, logger, times);
  keeper.start();
  await eventually(() => taken.length === 1);
  await keeper.stop();
  keeper.resign('late');
  await new Promise((resolve) => setTimeout(resolve, 5 * times.tryEveryMs));
  expect(taken).toEqual([1]);
});

test('who cannot work leaves the office after a while, and wants it again when it can', async () => {
  const news: string[] = [];
  let fit = true;
  const events = {
    taken: (epoch: number) => void news.push(`taken ${epoch}`),
    lost: (epoch: number, reason: string) => Promise.resolve(void news.push(`lost ${epoch}: ${reason}`)),
    isFit: () => fit,
  };
  const keeper = new LeaseKeeper(generousDatabase(), events, logger, times);
  keeper.start();
  await eventually(() => news.length === 1);
  fit = false;
  await eventually(() => news.length === 2);
  await new Promise((resolve) => setTimeout(resolve, 5 * times.tryEveryMs));
  expect(news).toEqual(['taken 1', 'lost 1: cut off from the broker']);
  fit = true;
  await eventually(() => news.length === 3);
  await keeper.stop();
});
