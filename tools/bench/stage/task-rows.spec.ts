import { v7 as uuidV7 } from 'uuid';
import { smallestIdAt } from './task-rows';

test('ids made at a time or later are not smaller, ids made before are', () => {
  const at = Date.UTC(2026, 10, 21, 6, 0, 0, 123);
  const bound = smallestIdAt(at + 0.7);
  for (let made = 0; made < 50; made++) {
    expect(uuidV7({ msecs: at }) >= bound).toBe(true);
    expect(uuidV7({ msecs: at - 1 }) < bound).toBe(true);
  }
});
