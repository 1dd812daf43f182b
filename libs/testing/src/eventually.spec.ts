import { eventually } from './eventually';

test('resolves with the value as soon as the check holds', async () => {
  let calls = 0;
  const check = (): string => {
    calls += 1;
    if (calls < 3) throw new Error('not yet');
    return 'there';
  };
  await expect(eventually(check, { everyMs: 1 })).resolves.toBe('there');
  expect(calls).toBe(3);
});

test('false is not good enough, and the last failure is the one reported', async () => {
  await expect(eventually(() => false, { timeoutMs: 5, everyMs: 1 })).rejects.toThrow('still false');
  const failing = (): void => expect(1).toBe(2);
  await expect(eventually(failing, { timeoutMs: 5, everyMs: 1 })).rejects.toThrow('toBe');
});
