import { setTimeout as pause } from 'node:timers/promises';
import { finalWorkflowStates, type JsonObject, type Workflow, type WorkflowDocument } from '@baton/contracts';
import { capabilitiesIn } from '@baton/engine';
import { SetupError } from '../services';
import { type MeshClient } from './mesh-client';

const agentsMs = 60_000;
const everyMs = 200;
const workflowMs = 5 * 60_000;

/** Runs a workflow to its end and shows each look at it. Rejects with the reason when it does not complete. */
export async function runReport(
  client: MeshClient,
  definition: WorkflowDocument,
  input: JsonObject,
  show: (workflow: Workflow) => void,
): Promise<Workflow> {
  await agentsFor(client, definition);
  const { id } = await client.startWorkflow(definition, input);
  const ended = await until(workflowMs, async () => {
    const workflow = await client.workflow(id);
    show(workflow);
    return (finalWorkflowStates as readonly string[]).includes(workflow.state) ? workflow : undefined;
  });
  if (!ended) throw new SetupError(`The workflow ${id} did not end within ${workflowMs / 60_000} minutes.`);
  if (ended.state !== 'completed') throw new SetupError(failureOf(ended));
  return ended;
}

/** Agents register a moment after their processes are up. */
async function agentsFor(client: MeshClient, definition: WorkflowDocument): Promise<void> {
  const wanted = capabilitiesIn(definition);
  let missing: string[] = [];
  const all = await until(agentsMs, async () => {
    const offered = await client.capabilities();
    missing = wanted.filter((name) => !offered.has(name));
    return missing.length === 0 ? true : undefined;
  });
  if (all) return;
  const names = missing.join(', ');
  throw new SetupError(
    `No agent offers ${names} after ${agentsMs / 1000} s. Look at .baton/logs and at GET /api/agents.`,
  );
}

/** Asks until there is an answer; undefined when the time is up. */
async function until<T>(limitMs: number, ask: () => Promise<T | undefined>): Promise<T | undefined> {
  const end = Date.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined || Date.now() > end) return answer;
    await pause(everyMs);
  }
}

function failureOf({ id, state, error, steps }: Workflow): string {
  const failed = steps.filter((step) => step.error !== null && step.state !== 'canceled');
  const reasons = failed.map((step) => `  step ${step.id}: ${step.error?.code} ${step.error?.message}`);
  const own = error && failed.length === 0 ? [`  ${error.code} ${error.message}`] : [];
  return [`The workflow ${id} is ${state}:`, ...own, ...reasons].join('\n');
}
