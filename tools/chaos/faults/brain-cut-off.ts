import { setTimeout as delay } from 'node:timers/promises';
import { type PlannedFault } from '../schedule/plan-faults';
import { type Mark, type Scene } from './fault';

/**
 * The brain's connections to a service stay open and nothing passes. New ones pass again when it is over, the old ones
 * never do.
 */
export async function brainCutOff(
  { stage, tell }: Scene,
  { lastsMs }: PlannedFault,
  from: 'broker' | 'database',
): Promise<Mark[]> {
  const { name } = await stage.brain();
  const proxy = stage.around(name)[from];
  const at = new Date();
  proxy?.goSilent();
  tell(`nothing passes between the brain, ${name}, and the ${from} for ${lastsMs} ms`);
  await delay(lastsMs);
  proxy?.mend();
  return [
    { measure: `brain cut off from the ${from}`, what: 'dispatch', at, notBefore: new Date(at.getTime() + SLACK_MS) },
  ];
}

/** What was on its way when the silence began may still be written down. */
const SLACK_MS = 500;
