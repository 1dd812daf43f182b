import { setTimeout as delay } from 'node:timers/promises';
import { type PlannedFault } from '../schedule/plan-faults';
import { type Mark, type Measure, type Scene } from './fault';

/** kill -9 of the broker or the database, and started again. */
export async function serviceRestart(
  { stage, tell }: Scene,
  { lastsMs }: PlannedFault,
  name: 'broker' | 'database',
): Promise<Mark[]> {
  const service = stage.service(name);
  await service.kill();
  tell(`killed the ${name}, down for ${lastsMs} ms and its start`);
  await delay(lastsMs);
  await service.start();
  const at = new Date();
  tell(`the ${name} answers again`);
  const measure: Measure = `${name} up again`;
  return [{ measure, what: 'dispatch', at, notBefore: at }];
}
