import { latency, steady } from './latency';
import { limitBroker } from './limit-broker';
import { limitDb } from './limit-db';
import { limitHttp } from './limit-http';
import { type Scenario } from './scenario';
import { batches, singles } from './throughput';

export { type Scale, type Scenario } from './scenario';

/** All that can be measured, in the order of the report. */
export const scenarios: readonly Scenario[] = [batches, singles, latency, steady, limitDb, limitBroker, limitHttp];
