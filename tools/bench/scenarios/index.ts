import { latency, steady } from './latency';
import { type Scenario } from './scenario';
import { batches, singles } from './throughput';

export { type Scale, type Scenario } from './scenario';

/** All that can be measured, in the order of the report. */
export const scenarios: readonly Scenario[] = [batches, singles, latency, steady];
