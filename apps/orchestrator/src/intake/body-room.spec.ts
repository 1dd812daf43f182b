import { BodyRoom } from './body-room';

test('I8 what is held is bounded, and there is room again when it is given back', () => {
  const room = new BodyRoom(10);
  expect([room.take(6), room.take(5), room.take(4), room.take(1)]).toEqual([true, false, true, false]);
  room.give(6);
  expect([room.take(7), room.take(6)]).toEqual([false, true]);
});
