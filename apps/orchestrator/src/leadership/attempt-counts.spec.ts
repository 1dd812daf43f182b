import { Registry } from 'prom-client';
import { v7 as uuidV7 } from 'uuid';
import { type Held } from '../dispatch/held-attempts';
import { TaskMetrics } from '../ops/task-metrics';
import { type Recorded } from '../results/recorder';
import { countDispatched, countEnded } from './attempt-counts';

const held = (attempt: number, waitedMs: number): Held =>
  ({
    row: { id: uuidV7({ msecs: Date.now() - waitedMs }), capability: 'a.b', attempt },
    sentAt: performance.now() - 250,
  }) as unknown as Held;

test('waiting counts for first attempts, running for all, and returns to the queue are seen', async () => {
  const registry = new Registry();
  const metrics = new TaskMetrics(registry);
  const attempts = [held(1, 2000), held(2, 60_000)];
  countDispatched(metrics, attempts);
  countEnded(
    metrics,
    attempts.map((one) => ({ held: one, after: { to: 'queued', capability: 'c.d' } }) as Recorded),
  );
  const text = await registry.metrics();
  expect(text).toContain('baton_task_transitions_total{to="assigned",capability="a.b"} 2');
  expect(text).toContain('baton_task_transitions_total{to="queued",capability="c.d"} 2');
  expect(text).toContain('baton_task_wait_seconds_bucket{le="1",capability="a.b"} 0');
  expect(text).toContain('baton_task_wait_seconds_bucket{le="5",capability="a.b"} 1');
  expect(text).toContain('baton_task_run_seconds_bucket{le="0.1",capability="a.b"} 0');
  expect(text).toContain('baton_task_run_seconds_bucket{le="1",capability="a.b"} 2');
});
