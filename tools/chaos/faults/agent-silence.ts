import { setTimeout as delay } from 'node:timers/promises';
import { OUTSIDER } from '../stage/surroundings';
import { busyAgent } from './busy-agent';
import { type Fault, type Mark } from './fault';

/** The agent's connection to the broker stays open and nothing passes: neither side is told. */
export const agentSilence: Fault = {
  kind: 'agent-silence',
  async inflict(scene, { choice, lastsMs }): Promise<Mark[]> {
    const { stage, tell } = scene;
    const outsider = stage.agents.filter(({ name }) => name === OUTSIDER);
    const { name, agentId } = await busyAgent(scene, outsider, choice);
    const proxy = stage.around(name).broker;
    const at = new Date();
    proxy?.goSilent();
    tell(`nothing passes between ${name} and the broker for ${lastsMs} ms`);
    await delay(lastsMs);
    proxy?.mend();
    return [{ measure: 'agent silent', what: 'moved', agentId, at }];
  },
};
