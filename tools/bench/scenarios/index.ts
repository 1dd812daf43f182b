import { agents } from './agents';
import { workflowsAtOnce } from './at-once';
import { backlog1m, backlog200k, submit } from './backlog';
import { bus } from './bus';
import { workflow, workflowEmpty } from './graphs';
import { kill, killOnly } from './kill';
import { latency, steady } from './latency';
import { limitBroker } from './limit-broker';
import { limitDb } from './limit-db';
import { limitHttp } from './limit-http';
import { many } from './many';
import { pipeline } from './pipeline';
import { type Scenario } from './scenario';
import { stagesIdle, stagesLoad } from './stages';
import { amqp, batches, singles } from './throughput';
import { chainOf50, fanOut } from './workflows';

export { type Scale, type Scenario } from './scenario';

/** All that can be measured, in the order of the report. */
export const scenarios: readonly Scenario[] = [
  batches,
  singles,
  amqp,
  latency,
  steady,
  fanOut,
  chainOf50,
  workflow,
  workflowEmpty,
  pipeline,
  workflowsAtOnce,
  stagesIdle,
  stagesLoad,
  limitDb,
  limitBroker,
  limitHttp,
  bus,
  submit,
  backlog200k,
  backlog1m,
  kill,
  killOnly,
  many,
  agents,
];
