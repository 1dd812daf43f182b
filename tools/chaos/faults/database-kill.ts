import { type Fault } from './fault';
import { serviceRestart } from './service-restart';

/** kill -9 of the database: every process stays up and goes on when it is back. */
export const databaseKill: Fault = {
  kind: 'database-kill',
  inflict: (scene, planned) => serviceRestart(scene, planned, 'database'),
};
