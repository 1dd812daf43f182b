import { type FieldFault, type TaskError } from '@baton/contracts';
import { TaskFailure, toTaskError } from '../capability/task-failure';
import { toOutputJson } from './output-json';
import { steadyNow } from './steady-now';
import { type AbortCause, type TaskRun } from './task-run';

/** How an attempt ended. */
export type Ending =
  | { readonly outcome: 'completed'; readonly outputJson: string }
  | { readonly outcome: 'failed' | 'rejected'; readonly error: TaskError }
  | { readonly outcome: 'canceled' }
  | { readonly outcome: 'waiting'; readonly spawnJson: string };

/** Takes an attempt through its phases: reasoning (with that hook only), executing, validating. Never rejects. */
export async function perform(run: TaskRun): Promise<Ending> {
  try {
    return { outcome: 'completed', outputJson: await work(run) };
  } catch (thrown) {
    return { outcome: 'failed', error: toTaskError(thrown) };
  }
}

async function work(run: TaskRun): Promise<string> {
  const { capability, checkInput, checkOutput } = run.offer;
  const { input } = run.task;
  refuse('INPUT_INVALID', 'input', checkInput(input));
  if (capability.reason) {
    run.enter('reasoning', steadyNow());
    run.plan = await capability.reason(input, run);
    if (run.aborted) throw run.aborted;
  }
  run.enter('executing', steadyNow());
  const output = await capability.execute(input, run);
  run.enter('validating', steadyNow());
  const json = toOutputJson(output);
  refuse('OUTPUT_INVALID', 'output', checkOutput(JSON.parse(json)));
  if (capability.validate) await capability.validate(output, input, run);
  return json;
}

function refuse(code: string, what: string, faults: readonly FieldFault[]): void {
  if (faults.length === 0) return;
  const list = faults.map((fault) => `${fault.path === '' ? what : fault.path} ${fault.message}`).join('; ');
  throw new TaskFailure(code, `The ${what} does not fit its schema: ${list}`);
}

/** What an aborted attempt reports, given how it ended by itself; undefined: it did not end in its grace time. */
export function endingOfAborted(aborted: NonNullable<TaskRun['aborted']>, own: Ending | undefined): Ending {
  const byCause: Record<AbortCause, () => Ending> = {
    canceled: () => ({ outcome: 'canceled' }),
    timeout: () => ({ outcome: 'failed', error: errorOf('TASK_TIMEOUT', aborted) }),
    // Work that got done before the agent left is not thrown away.
    draining: () =>
      own?.outcome === 'completed' ? own : { outcome: 'rejected', error: errorOf('AGENT_DRAINING', aborted) },
  };
  return byCause[aborted.why]();
}

function errorOf(code: string, aborted: Error): TaskError {
  return { code, message: aborted.message, retryable: true };
}
