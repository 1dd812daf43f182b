import { type Fault } from './fault';
import { frozenFor } from './frozen';

/** SIGSTOP of the registry: when it goes on it must not believe that everybody else was silent. */
export const registryFreeze: Fault = {
  kind: 'registry-freeze',
  async inflict(scene, { lastsMs }) {
    await frozenFor(scene, 'registry', lastsMs);
    return [];
  },
};
