import { setTimeout as pause } from 'node:timers/promises';
import { type Agent } from '@baton/contracts';
import { type Stage } from './stage';

const WITHIN_MS = 30_000;

async function agentsOf(stage: Stage): Promise<Agent[]> {
  const { items } = await stage.call<{ items: Agent[] }>('GET', '/api/agents?family=probe&limit=100');
  return items;
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const limit = Date.now() + WITHIN_MS; Date.now() < limit; await pause(50)) if (await holds()) return;
  throw new Error(`${what}: not within ${WITHIN_MS / 1000} s`);
}

/** Starts one probe and resolves when it takes work. */
export async function bringAgent(stage: Stage): Promise<void> {
  const { id } = await stage.call<Agent>('POST', '/api/agents', { family: 'probe', concurrency: 2000 });
  await until('The agent gets ready', async () => {
    const agent = (await agentsOf(stage)).find((one) => one.id === id);
    return agent?.state === 'idle' || agent?.state === 'running';
  });
}

/** Ends every probe; what they offer stays known, so that tasks for it are accepted. */
export async function sendAgentsAway(stage: Stage): Promise<void> {
  for (const { id } of await agentsOf(stage)) await stage.call('DELETE', `/api/agents/${id}`);
  await until('The agents leave', async () => (await agentsOf(stage)).length === 0);
}
