import { readConfig } from '../config';
import { parseCapabilityStrategy } from './capability-strategy';

const parsed = (list: string) => {
  const faults: string[] = [];
  const chosen = parseCapabilityStrategy(list, {
    addIssue: (issue: string | { readonly message?: string | undefined }) =>
      void faults.push(typeof issue === 'string' ? issue : (issue.message ?? '')),
  });
  return { chosen: [...chosen], faults };
};

test('reads a list, spaces and empty parts are nothing', () => {
  expect(parsed(' research.search = performance-aware ,, probe.echo=random')).toEqual({
    chosen: [
      ['research.search', 'performance-aware'],
      ['probe.echo', 'random'],
    ],
    faults: [],
  });
});

test.each([
  ['probe.echo=fastest', '"fastest" for probe.echo is not one of least-load, round-robin, random, performance-aware'],
  ['probe.echo', '"" for probe.echo is not one of'],
  ['probe.echo=random=1', '"random=…" for probe.echo is not one of'],
  ['Echo=random', '"Echo" is not the name of a capability'],
  ['probe.echo=random,probe.echo=least-load', 'names probe.echo twice'],
])('%s is a fault', (list, fault) => {
  expect(parsed(list).faults).toEqual([expect.stringContaining(fault)]);
});

test('a wrong start names every fault', () => {
  const wrong = { SCHEDULING_STRATEGY: 'best', CAPABILITY_STRATEGY: 'a.b=x,C=random' };
  expect(() => readConfig(wrong)).toThrow(/SCHEDULING_STRATEGY[\s\S]*CAPABILITY_STRATEGY/);
  expect(() => readConfig(wrong)).toThrow(/"x" for a\.b[\s\S]*"C" is not/);
  expect(readConfig({}).SCHEDULING_STRATEGY).toBe('least-load');
});
