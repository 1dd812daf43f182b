import { Turnstile } from './turnstile';

test('one at a time, in order; a failure is its own only', async () => {
  const turnstile = new Turnstile();
  const log: string[] = [];
  let open!: () => void;
  const gate = new Promise<void>((resolve) => (open = resolve));
  const first = turnstile.pass(async () => {
    log.push('first in');
    await gate;
    log.push('first out');
    throw new Error('no');
  });
  const second = turnstile.pass(() => {
    log.push('second');
    return Promise.resolve(2);
  });
  await Promise.resolve();
  open();
  await expect(first).rejects.toThrow('no');
  await expect(second).resolves.toBe(2);
  expect(log).toEqual(['first in', 'first out', 'second']);
});
