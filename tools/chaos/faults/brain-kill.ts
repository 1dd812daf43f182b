import { type Fault, type Mark } from './fault';
import { takeover } from './takeover';

/** kill -9 of whichever orchestrator is the brain: the other one takes the lease. */
export const brainKill: Fault = {
  kind: 'brain-kill',
  async inflict({ stage, tell, problem }): Promise<Mark[]> {
    const { name } = await stage.brain();
    const epoch = await stage.truth.epoch();
    const at = new Date();
    await stage.kill(name);
    tell(`killed the brain, ${name}`);
    const notBefore = await takeover(stage, epoch);
    if (!notBefore) problem(`nobody took over after ${name}, the brain of epoch ${epoch}, was killed`);
    return notBefore ? [{ measure: 'brain killed', what: 'dispatch', at, notBefore }] : [];
  },
};
