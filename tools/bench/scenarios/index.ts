import { backlog1m, backlog200k, submit } from './backlog';
import { kill, killOnly } from './kill';
import { latency, steady } from './latency';
import { limitBroker } from './limit-broker';
import { limitDb } from './limit-db';
import { limitHttp } from './limit-http';
import { type Scenario } from './scenario';
import { batches, singles } from './throughput';
import { chainOf50, fanOut } from './workflows';

export { type Scale, type Scenario } from './scenario';

/** All that can be measured, in the order of the report. */
export const scenarios: readonly Scenario[] = [
  batches,
  singles,
  latency,
  steady,
  fanOut,
  chainOf50,
  limitDb,
  limitBroker,
  limitHttp,
  submit,
  backlog200k,
  backlog1m,
  kill,
  killOnly,
];
