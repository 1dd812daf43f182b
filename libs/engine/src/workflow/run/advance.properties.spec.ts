import { type FinalTaskState } from '@baton/contracts';
import fc from 'fast-check';
import { compileWorkflow } from '../document/compile-workflow';
import { type WorkflowGraph } from '../document/graph';
import { type WorkflowEvent } from './advance';
import { type PlayedDocument } from './play-run';
import { checkRun, Receipts } from './check-run.fixture';
import { checkSequences } from './check-sequences.fixture';
import { randomDocument, randomPipelines, stored } from './random-document.fixture';
import { essence, hasBegun, isHandedBack, SimulatedMesh, type SimulatedTask } from './simulated-mesh.fixture';
import { unitsOf } from './workflow-run';

type Control =
  | Exclude<WorkflowEvent['kind'], 'task-ended' | 'task-returned' | 'task-assigned' | 'bids'>
  | 'pause-cancel'
  | 'bids'
  | 'restart'
  | 'later'
  | 'none';
interface Move {
  readonly pick: number;
  readonly outcome: FinalTaskState;
  readonly fate: 'told' | 'told twice' | 'lost' | 'returned' | 'assigned' | 'nothing';
  readonly starts: number;
  readonly control: Control;
  readonly mayFollow: boolean;
}

const controls: readonly Control[] = [
  ...(['pause', 'pause-cancel', 'pause-cancel', 'rerun', 'cancel', 'start', 'continue'] as const),
  ...(['resume', 'resume', 'resume', 'resume', 'retry', 'retry', 'retry', 'retry'] as const),
  ...(['bids', 'bids', 'signal', 'signal', 'restart', 'restart', 'later', 'later'] as const),
];
const move: fc.Arbitrary<Move> = fc.record({
  pick: fc.nat(1000),
  outcome: fc.oneof(
    { weight: 8, arbitrary: fc.constant('completed' as const) },
    { weight: 2, arbitrary: fc.constantFrom('failed' as const, 'rejected' as const, 'canceled' as const) },
  ),
  fate: fc.constantFrom('told', 'told', 'told', 'told', 'told twice', 'lost', 'returned', 'assigned', 'nothing'),
  starts: fc.constantFrom(0, 1, 3, 100, 100, 100),
  mayFollow: fc.constantFrom(true, true, true, false),
  control: fc.oneof(
    { weight: 1, arbitrary: fc.constant('none' as const) },
    { weight: 1, arbitrary: fc.constantFrom(...controls) },
  ),
});

export function graphOf(document: PlayedDocument): WorkflowGraph {
  const named = (some: PlayedDocument): object => ({ name: 'random', ...some });
  const definition = (name: string) => {
    const found = stored[name];
    return found && { name, version: 1, document: named(found) };
  };
  const compiled = compileWorkflow(named(document), { capability: () => undefined, definition });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.faults));
  return compiled.graph;
}

async function control(mesh: SimulatedMesh, kind: Control, { pick, starts }: Move): Promise<void> {
  const { run } = mesh;
  switch (kind) {
    case 'none':
      return;
    case 'restart':
      return mesh.restart();
    case 'later':
      mesh.now = new Date(mesh.now.getTime() + (pick % 50) * 1000);
      return void (await mesh.send({ kind: 'continue' }, starts));
    case 'pause-cancel':
      return void (await mesh.send({ kind: 'pause', running: 'cancel' }, starts));
    case 'rerun':
      return void (await mesh.send({ kind, from: `s${pick % run.root.units.length}` }, starts));
    case 'signal':
      return void (await mesh.send({ kind, name: pick % 2 === 0 ? 'go' : 'ok', payload: pick }, starts));
    case 'bids':
      return answerCall(mesh, pick, starts);
    case 'cancel':
      return void (await mesh.send({ kind, reason: 'why' }, starts));
    default:
      return void (await mesh.send({ kind }, starts));
  }
}

async function answerCall(mesh: SimulatedMesh, pick: number, starts: number): Promise<void> {
  const call = mesh.calls[pick % Math.max(1, mesh.calls.length)];
  if (call) await mesh.send(mesh.bidsFor(call, ['ann', 'bob', 'cas'].slice(0, pick % 4)), starts);
}

async function makeMove(mesh: SimulatedMesh, { pick, outcome, fate, starts }: Move): Promise<void> {
  const { open } = mesh;
  const task = open[pick % Math.max(1, open.length)];
  if (!task || fate === 'nothing') return;
  if (fate === 'assigned') return void (await mesh.send({ kind: 'task-assigned', key: task.key, taskId: task.id }));
  if (fate === 'returned' || isHandedBack(task)) return mesh.giveBack(task);
  if (!hasBegun(task) && outcome === 'completed') return;
  const event = mesh.finish(task, outcome);
  if (fate === 'lost') return;
  await mesh.send(event, starts);
  if (fate === 'told') return;
  const again = await mesh.send({ ...event, state: 'failed', error: { code: 'X', message: 'x', retryable: false } }, 0);
  expect([...again.changed]).toEqual([]);
}

/** Everybody does their duty: the run must come to its end. */
async function driveToEnd(mesh: SimulatedMesh, check: () => void): Promise<void> {
  await mesh.restart();
  await mesh.send({ kind: 'resume' });
  for (let turns = 0; mesh.run.finishedAt === null; turns += 1) {
    if (turns > 500) throw new Error(`It does not end: ${JSON.stringify(essence(mesh.run), null, 1)}`);
    mesh.now = new Date(mesh.now.getTime() + 10_000);
    for (const name of ['go', 'ok']) await mesh.send({ kind: 'signal', name, payload: turns });
    for (const call of [...mesh.calls]) await mesh.send(mesh.bidsFor(call, ['dan', 'eve']));
    for (const task of mesh.open) await doDuty(mesh, task);
    await mesh.send({ kind: 'continue' });
    check();
  }
  expect(['completed', 'partial', 'failed', 'canceled']).toContain(mesh.run.state);
}

async function doDuty(mesh: SimulatedMesh, task: SimulatedTask): Promise<void> {
  if (task.isCanceled || task.end) return;
  if (isHandedBack(task)) await mesh.giveBack(task);
  else if (hasBegun(task)) await mesh.send(mesh.finish(task, 'completed'));
}

test('W1 W2 W3 any workflow, any order, doubles, losses, controls, time and restarts', async () => {
  const moves = fc.array(move, { minLength: 20, maxLength: 60, size: 'max' });
  await fc.assert(fc.asyncProperty(randomDocument, moves, play), { numRuns: 60, unbiased: true });
}, 120_000);

test('L5 and so with pipelines that send ahead', async () => {
  const quiet = move.map((one) => (one.pick % 4 === 0 ? one : { ...one, control: 'none' as const }));
  const moves = fc.array(quiet, { minLength: 20, maxLength: 60, size: 'max' });
  await fc.assert(fc.asyncProperty(randomPipelines, moves, play), { numRuns: 60, unbiased: true });
}, 120_000);

async function play(document: PlayedDocument, moves: readonly Move[]): Promise<void> {
  const mesh = new SimulatedMesh(graphOf(document));
  const receipts = new Receipts(mesh);
  const check = (): void => {
    receipts.check();
    checkRun(mesh.run);
    checkSequences(mesh);
  };
  const checkAll = (): void => {
    check();
    expect(essence(mesh.restored())).toEqual(essence(mesh.run));
  };
  await mesh.send({ kind: 'start' });
  checkAll();
  for (const one of moves) {
    if (one.control === 'rerun') receipts.forget();
    mesh.mayFollow = one.mayFollow;
    await control(mesh, one.control, one);
    check();
    await makeMove(mesh, one);
    if (one.pick % 3 === 0) checkAll();
    else check();
  }
  await driveToEnd(mesh, checkAll);
}

test('the same events give the same rows', async () => {
  await fc.assert(
    fc.asyncProperty(randomDocument, fc.array(move, { maxLength: 30, size: 'max' }), async (document, moves) => {
      const mesh = new SimulatedMesh(graphOf(document));
      await mesh.send({ kind: 'start' });
      for (const one of moves) {
        mesh.mayFollow = one.mayFollow;
        if (one.control !== 'restart') await control(mesh, one.control, one);
        await makeMove(mesh, one.fate === 'lost' ? { ...one, fate: 'told' } : one);
      }
      const again = new SimulatedMesh(mesh.graph);
      for (const { event, now, starts, mayFollow } of mesh.log) {
        Object.assign(again, { now, mayFollow });
        await again.send(event, starts);
      }
      expect(again.rows).toEqual(mesh.rows);
      expect([...unitsOf(again.run)].length).toBe([...unitsOf(mesh.run)].length);
    }),
    { numRuns: 60, unbiased: true },
  );
}, 120_000);
