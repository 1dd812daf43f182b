import { isUuid } from '@baton/contracts';
import { newMessageId } from './message-id';

test('ids are UUIDs, each larger than the one before, also when the clock goes back', () => {
  const ids = Array.from({ length: 2_000 }, newMessageId);
  const clock = jest.spyOn(Date, 'now').mockReturnValue(0);
  ids.push(...Array.from({ length: 10 }, newMessageId));
  clock.mockRestore();
  ids.push(newMessageId());
  expect(ids.every(isUuid)).toBe(true);
  expect([...new Set(ids)].sort()).toEqual(ids);
});
