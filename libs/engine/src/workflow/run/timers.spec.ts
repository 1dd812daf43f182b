import fc from 'fast-check';
import { Line } from './line';
import { PlayedRun, step, taskEnded } from './play-run';
import { Timers } from './timers';
import { type Unit } from './unit';

test('timers come in the order of their times, those that are not wanted any more not at all', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(50), fc.boolean())), fc.nat(60), (times, now) => {
      const timers = new Timers();
      const units = times.map(([at, isWanted]) => ({
        finishedAt: null,
        timesOutAt: null,
        wakesAt: isWanted ? at : null,
      }));
      times.forEach(([at], index) => timers.add(units[index] as Unit, at));
      const wanted = times.filter(([, isWanted]) => isWanted).map(([at]) => at);
      wanted.sort((one, other) => one - other);
      expect(timers.next()).toBe(wanted[0]);
      const taken: (number | null)[] = [];
      for (let unit = timers.take(now); unit; unit = timers.take(now)) taken.push(unit.wakesAt);
      expect(taken).toEqual(wanted.filter((at) => at <= now));
      timers.clear();
      expect(timers.next()).toBeUndefined();
    }),
  );
});

test('a line gives back what it took, in its order', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat())), (moves) => {
      const line = new Line<number>();
      const model: number[] = [];
      for (const move of moves) {
        if (move === null) expect(line.shift()).toBe(model.shift());
        else {
          line.push(move);
          model.push(move);
        }
        expect(line.length).toBe(model.length);
      }
    }),
  );
});

test('an event costs what it touches: 10,000 steps into one, 10,000 elements', async () => {
  const many = Array.from({ length: 9_999 }, (_, n) => step(`s${n}`));
  const last = step('last', { needs: many.map(({ id }) => id) });
  for (const steps of [
    [...many, last],
    [step('each', { forEach: '[1..10000]' }), step('last', { needs: ['each'] })],
  ]) {
    const play = new PlayedRun(steps);
    await play.start();
    const first = [...play.submitted];
    let touched = 0;
    for (const { key, taskId } of first) touched += (await play.send(taskEnded({ key, taskId }))).changed.size;
    expect(play.keys.at(-1)).toBe('last');
    expect(touched).toBeLessThan(first.length + 5);
  }
});
