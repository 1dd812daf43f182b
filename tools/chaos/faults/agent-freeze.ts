import { setTimeout as delay } from 'node:timers/promises';
import { anyAgent } from './busy-agent';
import { type Fault, type Mark } from './fault';

/** SIGSTOP: the connection stays, the agent says nothing. Later it goes on as if nothing had been. */
export const agentFreeze: Fault = {
  kind: 'agent-freeze',
  async inflict(scene, planned): Promise<Mark[]> {
    const { stage, tell } = scene;
    const { name, pid, agentId } = await anyAgent(scene, planned);
    const at = new Date();
    stage.exits.excuse([name], planned.lastsMs + 20_000); // it may be replaced for good
    stage.freeze(pid);
    tell(`stopped ${name} for ${planned.lastsMs} ms`);
    await delay(planned.lastsMs);
    stage.thaw(pid);
    return [{ measure: 'agent silent', what: 'moved', agentId, at }];
  },
};
