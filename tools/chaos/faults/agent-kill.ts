import { anyAgent } from './busy-agent';
import { type Fault, type Mark } from './fault';

/** kill -9 of an agent that works: its tasks must run elsewhere at once. */
export const agentKill: Fault = {
  kind: 'agent-kill',
  async inflict(scene, planned): Promise<Mark[]> {
    const { name, agentId } = await anyAgent(scene, planned);
    const at = new Date();
    await scene.stage.kill(name);
    scene.tell(`killed ${name}`);
    return [{ measure: 'agent killed', what: 'moved', agentId, at }];
  },
};
