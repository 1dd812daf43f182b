import { ConfigurationError } from '@baton/observability';
import { Capability, type AnyCapability } from './capability';
import { compileOffers } from './offer';

class Echo extends Capability<unknown, unknown> {
  constructor(
    readonly name: string,
    readonly input = {},
    readonly concurrency?: number,
  ) {
    super();
  }
  readonly output = {};
  execute(input: unknown): unknown {
    return input;
  }
}
const echo = (...args: ConstructorParameters<typeof Echo>): AnyCapability => new Echo(...args) as AnyCapability;

test('a capability is offered with its defaults; its concurrency never exceeds the agent’s', () => {
  const offers = compileOffers([echo('test.one'), echo('test.two', {}, 2), echo('test.three', {}, 50)], 8);
  expect(offers.get('test.one')?.document).toEqual({ name: 'test.one', version: '1.0.0', input: {}, output: {} });
  expect([...offers.values()].map((offer) => offer.concurrency)).toEqual([8, 2, 8]);
});

test('every fault of every capability is named at once', () => {
  const bad = [echo('NoFamily'), echo('test.x', { type: 'nonsense' }), echo('test.x'), echo('test.y', {}, 0)];
  expect(() => compileOffers(bad, 4)).toThrow(ConfigurationError);
  for (const fault of [
    /NoFamily.*family\.verb/,
    /test\.x .*input schema/,
    /test\.x .*taken/,
    /test\.y .*concurrency/,
  ]) {
    expect(() => compileOffers(bad, 4)).toThrow(fault);
  }
  expect(() => compileOffers([], 4)).toThrow(/at least one/);
});
