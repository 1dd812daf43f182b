import { type AttemptReport } from '../results/attempt-report';
import { type Desk } from './desk';

/** Tells the scheduler how long an attempt took where it ran: short ones may queue at their agent. */
export function notePace({ held, scheduler }: Desk, { taskId, token, agentId, phases }: AttemptReport): void {
  const attempt = held.current(taskId, token);
  const began = phases?.reasoning ?? phases?.executing;
  const ended = phases?.completed ?? phases?.validating;
  if (!attempt || began === undefined || ended === undefined) return;
  const offer = scheduler.pool.offer(agentId, attempt.row.capability);
  offer?.refill.record(Math.max(0, Date.parse(ended) - Date.parse(began)), Date.now());
}

/** Attempts that last are known as long ones before they end. */
export function noteLasting({ held, scheduler }: Desk): void {
  const now = performance.now();
  const longest = new Map<string, { readonly agentId: string; readonly capability: string; ms: number }>();
  for (const { row, sentAt } of held.all()) {
    const ms = now - sentAt;
    const key = `${row.agentId} ${row.capability}`;
    const known = longest.get(key);
    if (!known) longest.set(key, { agentId: row.agentId, capability: row.capability, ms });
    else known.ms = Math.max(known.ms, ms);
  }
  for (const { agentId, capability, ms } of longest.values()) {
    if (ms > LASTING_MS) scheduler.pool.offer(agentId, capability)?.refill.record(ms, Date.now());
  }
}

const LASTING_MS = 1000;
