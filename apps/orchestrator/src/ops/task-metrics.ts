import { type FinalTaskState } from '@baton/contracts';
import { Counter, Histogram, type Registry } from 'prom-client';

const seconds = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 300];

/** What happens to tasks in this process. Counting costs about a microsecond; nothing is read. */
export class TaskMetrics {
  private readonly transitions: Counter<'to' | 'capability'>;
  private readonly wait: Histogram<'capability'>;
  private readonly run: Histogram<'capability'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.transitions = new Counter({
      name: 'baton_task_transitions_total',
      help: 'Transitions of tasks this process recorded, by the state they went to.',
      labelNames: ['to', 'capability'],
      registers,
    });
    this.wait = new Histogram({
      name: 'baton_task_wait_seconds',
      help: 'From the time a task could start to its assignment.',
      labelNames: ['capability'],
      buckets: seconds,
      registers,
    });
    this.run = new Histogram({
      name: 'baton_task_run_seconds',
      help: 'From the dispatch of an attempt to its end.',
      labelNames: ['capability'],
      buckets: seconds,
      registers,
    });
  }

  /** `count` tasks of a capability went to a state that is not final. */
  moved(to: 'queued' | 'scheduled' | 'assigned' | 'running' | 'waiting', capability: string, count = 1): void {
    this.transitions.inc({ to, capability }, count);
  }

  ended(tasks: readonly { readonly capability: string; readonly state: FinalTaskState }[]): void {
    for (const { capability, state } of tasks) this.transitions.inc({ to: state, capability });
  }

  waited(capability: string, ms: number): void {
    this.wait.observe({ capability }, Math.max(0, ms) / 1000);
  }

  ran(capability: string, ms: number): void {
    this.run.observe({ capability }, Math.max(0, ms) / 1000);
  }
}
