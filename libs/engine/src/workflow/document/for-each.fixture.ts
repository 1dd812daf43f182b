import { type NamelessStep } from '@baton/contracts';
import { type GrowingPattern } from '../patterns/pattern';

/** A forEach that compiles; it never runs here. */
export const forEachFixture: GrowingPattern = {
  name: 'forEach',
  params: ['forEach'],
  parts(step) {
    const {
      needs: _n,
      when: _w,
      forEach: _f,
      concurrency: _c,
      optional: _o,
      ...part
    } = step as Record<string, unknown>;
    return [{ path: '', step: part as unknown as NamelessStep, variables: ['item', 'index'] }];
  },
  expressions: () => [],
  open: () => {
    throw new Error('not run');
  },
};
