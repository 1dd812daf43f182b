import { taskEnded } from '@baton/contracts';
import { type Bus, outgoing, routes } from '@baton/bus';
import { type EndedTask } from '../results/ended-task';

/** Publishes the ends of tasks on `baton.events`, one message per key. News only: losing it loses no fact. */
export function publishEnded(bus: Bus, ended: readonly EndedTask[]): void {
  const byKey = new Map<string, EndedTask[]>();
  for (const task of ended) {
    const key = `task.${task.state}.${task.capability}`;
    const group = byKey.get(key);
    if (group) group.push(task);
    else byKey.set(key, [task]);
  }
  for (const [key, tasks] of byKey) {
    const messages = tasks.map(({ taskId, state, capability, attempt, agentId, workflowId }) =>
      outgoing(taskEnded, { taskId, state, capability, attempt, agentId, workflowId }, { subject: taskId }),
    );
    void bus.publish(routes.event(key), messages).catch(() => undefined);
  }
}
