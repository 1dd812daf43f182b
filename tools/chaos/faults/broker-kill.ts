import { type Fault } from './fault';
import { serviceRestart } from './service-restart';

/** kill -9 of the broker: every process stays up and goes on when it is back. */
export const brokerKill: Fault = {
  kind: 'broker-kill',
  inflict: (scene, planned) => serviceRestart(scene, planned, 'broker'),
};
