import { leastLoad } from './least-load';
import { performanceAware } from './performance-aware';
import { random } from './random';
import { roundRobin } from './round-robin';
import { type Strategy } from './strategy';

/** Every policy by the name it is chosen with. A new one is its file and its line here. */
export const strategies = {
  'least-load': leastLoad,
  'round-robin': roundRobin,
  random,
  'performance-aware': performanceAware,
} satisfies Readonly<Record<string, Strategy>>;

export type StrategyName = keyof typeof strategies;
export const strategyNames = Object.keys(strategies) as [StrategyName, ...StrategyName[]];
