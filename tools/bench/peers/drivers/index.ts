import { bullmq, bullmqPostgres } from './bullmq';
import { dbos } from './dbos';
import { type DriverName, type PeerDriver } from './driver';
import { graphileWorker } from './graphile-worker';
import { pgBoss } from './pg-boss';

export * from './driver';

export const drivers: Readonly<Record<DriverName, PeerDriver>> = {
  bullmq,
  'bullmq-postgres': bullmqPostgres,
  dbos,
  'graphile-worker': graphileWorker,
  'pg-boss': pgBoss,
};
