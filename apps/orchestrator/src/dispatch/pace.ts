import { type PhaseTimes } from '@baton/contracts';
import { type AttemptReport } from '../results/attempt-report';
import { type Desk } from './desk';

/** Tells the scheduler how long an attempt took where it ran: short ones may queue at their agent. */
export function notePace({ held, scheduler }: Desk, { taskId, token, agentId, phases }: AttemptReport): void {
  const attempt = held.current(taskId, token);
  const ms = phases ? workedMs(phases) : undefined;
  if (!attempt || ms === undefined) return;
  scheduler.pool.offer(agentId, attempt.row.capability)?.refill.record(ms, Date.now());
}

/** Undefined when the agent does not say. */
function workedMs({ reasoning, executing, validating, completed }: PhaseTimes): number | undefined {
  const [began, ended] = [reasoning ?? executing, completed ?? validating];
  if (began === undefined || ended === undefined) return undefined;
  return Math.max(0, Date.parse(ended) - Date.parse(began));
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
