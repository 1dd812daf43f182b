import { leastLoad } from './least-load';
import { roundRobin } from './round-robin';
import { type Strategy, type StrategyName } from './strategy';

export const strategies: Readonly<Record<StrategyName, Strategy>> = {
  'least-load': leastLoad,
  'round-robin': roundRobin,
};
