import { type AgentId, type TaskAssigned } from '@baton/contracts';
import { type Logger } from '@baton/observability';
import { FinishedMemory } from './finished-memory';
import { type Ending } from './perform';
import { toResultJson } from './result-json';
import { type ResultOutbox } from './result-outbox';
import { type TaskRun } from './task-run';

/** Results that wait for the broker beyond these hold back the start of further attempts. */
const limits = { results: 2000, units: 64 * 1024 * 1024 } as const;

const NO_FACTS = { phases: {} };

/** Turns the endings of attempts into results, and remembers them for assignments that come twice. */
export class Reporter {
  private readonly finished = new FinishedMemory();

  constructor(
    private readonly agentId: AgentId,
    private readonly outbox: ResultOutbox,
    private readonly logger: Logger,
  ) {}

  /** Whether there is room for the results of further attempts. */
  get hasRoom(): boolean {
    return this.outbox.size < limits.results && this.outbox.units < limits.units;
  }

  /** Sends the kept result of an attempt again; false when it is not known. */
  repeat(task: TaskAssigned): boolean {
    const json = this.finished.get(task.token);
    if (json !== undefined) void this.send(task, json);
    return json !== undefined;
  }

  /** Resolves when the broker has the result, or when it was given up because the agent leaves. */
  report(run: TaskRun, ending: Ending): Promise<void> {
    const json = toResultJson(this.agentId, run.task, run, ending);
    if (ending.outcome !== 'rejected') this.finished.keep(run.task.token, json);
    return this.send(run.task, json);
  }

  /**
   * Refuses an assignment, so that it goes elsewhere. When very many results wait it says nothing: the next heartbeat
   * does not list the attempt, which tells the same.
   */
  handBack(task: TaskAssigned, code: string, message: string): void {
    if (this.outbox.size >= limits.results * 2) return;
    const ending: Ending = { outcome: 'rejected', error: { code, message, retryable: true } };
    void this.send(task, toResultJson(this.agentId, task, NO_FACTS, ending));
  }

  private async send(task: TaskAssigned, json: string): Promise<void> {
    try {
      await this.outbox.add({ json, fallbackJson: () => this.tooLarge(task) });
    } catch (error) {
      const facts = { event: 'result.lost', taskId: task.taskId, attempt: task.attempt, err: error };
      this.logger.warn(facts, 'a result was not delivered; the task will run again');
    }
  }

  private tooLarge(task: TaskAssigned): string {
    const message = 'The result does not fit into one message. Keep it elsewhere and return a reference.';
    const error = { code: 'OUTPUT_TOO_LARGE', message, retryable: false };
    return toResultJson(this.agentId, task, NO_FACTS, { outcome: 'failed', error });
  }
}
