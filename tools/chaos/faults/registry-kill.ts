import { type Fault } from './fault';

/** kill -9 of the registry: work goes on, and nobody is taken for lost because of it. */
export const registryKill: Fault = {
  kind: 'registry-kill',
  async inflict({ stage, tell }) {
    await stage.kill('registry');
    tell('killed the registry');
    return [];
  },
};
