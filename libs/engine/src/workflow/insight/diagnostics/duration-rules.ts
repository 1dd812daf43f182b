import { plainKey } from '../../progress/forecast';
import { unitsOf } from '../../run/workflow-run';
import { grouped } from '../results/figures';
import { type RunTask } from '../results/run-task';
import { heldBy } from '../results/task-times';
import { type DiagnosisFacts, type Issue } from './issue';
import { deviationOf, median } from './statistics';

interface Measured {
  readonly task: RunTask;
  readonly ms: number;
  readonly agent: string | null;
}
/** So many times as long as usual. */
const SLOW = 1.5;
const STRAGGLES = 3;
const SAMPLES = 5;
const MOST_COMPARED = 1000;

/** Steps whose tasks take longer than in earlier runs of the same name. */
export function slowSteps({ tasks, usual, now }: DiagnosisFacts): Issue[] {
  return grouped(measured(tasks, now), ({ task }) => plainKey(task.stepKey)).flatMap(([step, group]) => {
    const before = usual.get(step) ?? [];
    const ms = median(group.map((one) => one.ms));
    const found = deviationOf(ms, before, SLOW);
    if (!found) return [];
    const longest = group.reduce((one, other) => (other.ms > one.ms ? other : one));
    const runs = longest.task.finishedAt === null;
    const issue: Issue = {
      code: 'slow-step',
      severity: 'warning',
      step,
      message: `${step} takes ${told(found.times)} times as long as usual: ${told(ms)} ms, usually ${told(found.usualMs)} ms${runs ? ', and it goes on' : ''}.`,
      evidence: {
        ...{ ms, ...found, tasks: group.length, earlier: before.length },
        ...{ taskId: longest.task.id, agent: longest.agent },
      },
      remedy: `Look at its input and its agent: GET /api/tasks/${longest.task.id} and /history. \`timeoutSeconds\` bounds it; more agents of ${longest.task.capability} do not make one task faster.`,
    };
    return [issue];
  });
}

/** Elements and children of patterns that take much longer than their siblings. */
export function stragglers({ run, tasks, now }: DiagnosisFacts): Issue[] {
  const inGroups = new Set([...unitsOf(run)].filter(({ holder }) => holder.kind === 'group').map(({ key }) => key));
  const children = measured(tasks, now).filter(({ task }) => inGroups.has(task.stepKey));
  const kinds = grouped(children, ({ task }) => `${task.capability} ${plainKey(task.stepKey)}`);
  return kinds.flatMap(([, group]) => {
    const all = group.slice(0, MOST_COMPARED).map(({ ms }) => ms);
    const out = group
      .map((one) => ({ ...one, found: deviationOf(one.ms, all, STRAGGLES) }))
      .filter(({ found }) => found)
      .sort((one, other) => other.ms - one.ms);
    const [worst] = out;
    if (!worst?.found) return [];
    const step = plainKey(worst.task.stepKey);
    const issue: Issue = {
      code: 'unbalanced',
      severity: 'warning',
      step,
      message: `${out.length} of the ${group.length} of ${step} take much longer than the others: ${worst.task.stepKey} ${told(worst.ms)} ms, the middle one ${told(worst.found.usualMs)} ms.`,
      evidence: {
        ...{ longestMs: worst.ms, ...worst.found, count: group.length },
        stragglers: out.slice(0, SAMPLES).map(({ task }) => task.stepKey),
        agents: out.slice(0, SAMPLES).map(({ agent }) => agent),
      },
      remedy:
        'Split large elements, or put them first in the list: those that start last should be short. If one agent has them all, look at GET /api/agents/{id}.',
    };
    return [issue];
  });
}

/** How long agents have had them: what has completed, and what is at work. */
function measured(tasks: readonly RunTask[], now: Date): Measured[] {
  return tasks.flatMap((task) => {
    const last = task.attempts.at(-1);
    if (!last || (last.outcome !== null && last.outcome !== 'completed')) return [];
    const { from, to } = heldBy(last, now);
    return { task, ms: to - from, agent: last.agentName };
  });
}

function told(number: number): string {
  return number >= 100 ? String(Math.round(number)) : String(Number(number.toPrecision(2)));
}
