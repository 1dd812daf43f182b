import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '@baton/testing';
import { type Stage } from '../stage/stage';
import { type Fault, type Mark } from './fault';
import { takeover } from './takeover';

/**
 * SIGSTOP of the brain: the other one takes over. When the first goes on it believes that no time has passed; its
 * writes carry an epoch that is over. That it wrote nothing is what the checker proves afterwards; here it must find
 * out and step down.
 */
export const brainFreeze: Fault = {
  kind: 'brain-freeze',
  async inflict({ stage, tell, problem }, { lastsMs }): Promise<Mark[]> {
    const { index, name } = await stage.brain();
    const [epoch, pid] = [await stage.truth.epoch(), stage.pid(name)];
    const [at, began] = [new Date(), performance.now()];
    stage.freeze(pid);
    tell(`stopped the brain, ${name}, for ${lastsMs} ms`);
    const notBefore = await takeover(stage, epoch);
    await delay(Math.max(0, lastsMs - (performance.now() - began)));
    stage.thaw(pid);
    if (!notBefore) problem(`nobody took over while ${name}, the brain of epoch ${epoch}, was stopped`);
    else if (!(await stepsDown(stage, index))) problem(`${name} went on as the brain of epoch ${epoch}`);
    return notBefore ? [{ measure: 'brain frozen', what: 'dispatch', at, notBefore }] : [];
  },
};

function stepsDown(stage: Stage, index: number): Promise<boolean> {
  const down = async (): Promise<boolean> => (await stage.isBrain(index)) === false;
  return eventually(down, { timeoutMs: 15_000, everyMs: 50 }).catch(() => false);
}
