import { MeshError, type Spawn, type SpawnTask, type TaskError, type TaskId } from '@baton/contracts';
import { spawnFault } from '@baton/engine';
import { findGoneAgents, type Lineage, loadLineages, type NewTask, type SpawnedBatch } from '@baton/persistence';
import { v7 as uuidV7 } from 'uuid';
import { type Desk } from '../dispatch/desk';
import { newTask } from '../intake/new-task';
import { TargetAgentGoneError } from '../intake/intake-errors';
import { submitFaults } from '../intake/submit-faults';
import { type AttemptReport } from '../results/attempt-report';

/** Faults told in one error; the rest is of the same kind mostly. */
const FAULTS_TOLD = 5;

/**
 * Decides whether tasks may spawn what they ask for. An attempt whose batch is refused has failed, and not for a time:
 * asked again it would ask for the same.
 */
export class SpawnJudge {
  constructor(private readonly desk: Pick<Desk, 'database' | 'held' | 'rules'>) {}

  /** The reports in order, those that spawn with the batch to store, or with the failure in its place. */
  async judge(reports: readonly AttemptReport[]): Promise<readonly AttemptReport[]> {
    const spawning = reports.filter(({ spawn, taskId, token }) => spawn && this.desk.held.current(taskId, token));
    if (spawning.length === 0) return reports;
    const asked = spawning.map(({ taskId, spawn }) => ({ taskId, key: (spawn as Spawn).key }));
    const lineages = await loadLineages(this.desk.database, asked);
    /** Tasks below each task that come with this very batch of reports. */
    const more = new Map<TaskId, number>();
    const judged = new Map<AttemptReport, AttemptReport>();
    for (const report of spawning) judged.set(report, await this.judgeOne(report, lineages.get(report.taskId), more));
    return reports.map((report) => judged.get(report) ?? report);
  }

  private async judgeOne(
    report: AttemptReport,
    lineage: Lineage | undefined,
    more: Map<TaskId, number>,
  ): Promise<AttemptReport> {
    const { spawn } = report;
    if (!spawn || !lineage) return report;
    const up = lineage.up.map((one) => ({ ...one, below: one.below + (more.get(one.id) ?? 0) }));
    const capabilities = spawn.tasks.map(({ capability }) => capability);
    const fault = spawnFault({ ...lineage, lineage: up as never, key: spawn.key, capabilities });
    const tasks = spawn.tasks.map((task) => this.asNew(task, report, lineage));
    const error = fault ?? (await this.faultOf(spawn.tasks, tasks));
    if (error) return { ...report, spawn: null, end: { kind: 'failed', error } };
    const isNew = !Object.hasOwn(lineage.batches, spawn.key);
    if (isNew) for (const { id } of up) more.set(id, (more.get(id) ?? 0) + tasks.length);
    return { ...report, batch: asBatch(spawn, tasks, lineage) };
  }

  private asNew(task: SpawnTask, { actor }: AttemptReport, lineage: Lineage): NewTask {
    const { priority, workflowId, traceparent } = lineage;
    const origin = { id: uuidV7() as TaskId, createdBy: actor, ...(traceparent === null ? {} : { traceparent }) };
    const { defaults } = this.desk.rules;
    const made = newTask({ priority, ...task }, origin, defaults, this.desk.database.now());
    return { ...made, workflowId };
  }

  /** What any submission is checked for; every task of the batch must pass. */
  private async faultOf(submits: readonly SpawnTask[], tasks: readonly NewTask[]): Promise<TaskError | undefined> {
    const faults: string[] = [];
    for (const [index, submit] of submits.entries()) {
      try {
        const found = [
          ...submitFaults(submit, tasks[index] as NewTask),
          ...(await this.desk.rules.catalog.check(submit)),
        ];
        faults.push(...found.map(({ path, message }) => `tasks[${index}].${path} ${message}`));
      } catch (error) {
        return refusal(error, index);
      }
    }
    if (faults.length > 0) {
      return errorOf('INPUT_INVALID', faults.slice(0, FAULTS_TOLD).join('; '));
    }
    return this.goneTarget(tasks);
  }

  private async goneTarget(tasks: readonly NewTask[]): Promise<TaskError | undefined> {
    const targets = [...new Set(tasks.flatMap(({ targetAgentId }) => targetAgentId ?? []))];
    if (targets.length === 0) return undefined;
    const [gone] = await findGoneAgents(this.desk.database, targets);
    return (
      gone &&
      refusal(
        new TargetAgentGoneError(...gone),
        tasks.findIndex((task) => task.targetAgentId === gone[0]),
      )
    );
  }
}

function asBatch({ key }: Spawn, tasks: readonly NewTask[], { taskId, up, batches }: Lineage): SpawnedBatch {
  const depth = (up[0]?.depth ?? 0) + 1;
  return { parentId: taskId, key, depth, batches: JSON.stringify({ ...batches, [key]: tasks.length }), tasks };
}

/** A refused submission is the fault of who asked; anything else is nobody's, and comes again. */
function refusal(error: unknown, index: number): TaskError {
  if (!(error instanceof MeshError) || error.recovery !== 'reject') throw error;
  return errorOf(error.code, `tasks[${index}]: ${error.message}`);
}

function errorOf(code: string, message: string): TaskError {
  return { code, message: `The task cannot spawn what it asked for: ${message}`, retryable: false };
}
