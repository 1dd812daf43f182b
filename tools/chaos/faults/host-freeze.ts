import { type Fault } from './fault';
import { frozenFor } from './frozen';

/** SIGSTOP of the host: its agents must not care. */
export const hostFreeze: Fault = {
  kind: 'host-freeze',
  async inflict(scene, { lastsMs }) {
    await frozenFor(scene, 'host', lastsMs);
    return [];
  },
};
