import { setTimeout as delay } from 'node:timers/promises';
import { reasonOf } from '../services';
import { faults } from './faults';
import { type Mark, type Scene } from './faults/fault';
import { faultTimings } from './schedule/fault-kinds';
import { type PlannedFault } from './schedule/plan-faults';

export interface CourseResult {
  readonly inflicted: string[];
  readonly marks: Mark[];
}

/** Inflicts the planned faults one after the other. What takes longer than planned pushes back what follows. */
export async function runCourse(
  scene: Scene,
  planned: readonly PlannedFault[],
  signal: AbortSignal,
): Promise<CourseResult> {
  const began = performance.now();
  const result: CourseResult = { inflicted: [], marks: [] };
  let freeAtMs = 0;
  for (const fault of planned) {
    const wait = Math.max(fault.atMs, freeAtMs) - (performance.now() - began);
    await delay(Math.max(0, wait), undefined, { signal });
    await scene.stage.whole();
    result.marks.push(...(await inflict(scene, fault)));
    result.inflicted.push(fault.kind);
    freeAtMs = performance.now() - began + faultTimings[fault.kind].calmMs;
  }
  await delay(Math.max(0, freeAtMs - (performance.now() - began)), undefined, { signal });
  return result;
}

/** A fault that cannot be done, or not undone, is a problem of the run, not its end. */
async function inflict(scene: Scene, planned: PlannedFault): Promise<Mark[]> {
  const { companionAfterMs } = planned;
  const main = attempt(scene, planned);
  if (companionAfterMs === undefined) return main;
  const companion = delay(companionAfterMs).then(() => attempt(scene, { ...planned, kind: 'agent-kill' }));
  await Promise.all([main, companion]);
  return []; // two at once say nothing about the time either takes
}

async function attempt(scene: Scene, planned: PlannedFault): Promise<Mark[]> {
  try {
    return await faults[planned.kind].inflict(scene, planned);
  } catch (error) {
    scene.problem(`${planned.kind} could not be carried through: ${reasonOf(error)}`);
    return [];
  }
}
