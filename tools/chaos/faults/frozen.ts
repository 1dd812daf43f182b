import { setTimeout as delay } from 'node:timers/promises';
import { type Scene } from './fault';

/** SIGSTOP, and SIGCONT after that time. */
export async function frozenFor({ stage, tell }: Scene, name: string, ms: number): Promise<void> {
  const pid = stage.pid(name);
  stage.freeze(pid);
  tell(`stopped ${name} for ${ms} ms`);
  await delay(ms);
  stage.thaw(pid);
}
