import { type FinalTaskState, type StepDocument, type WorkflowDocument } from '@baton/contracts';
import fc from 'fast-check';
import { PlayedRun } from './play-run';
import { restoreRun } from './restore-run';
import { type WorkflowEvent } from './advance';
import { hasPassed, isActive, type NodeRun, type StepRun, type WorkflowRun } from './workflow-run';

/** Any acyclic graph: each step needs some of those before it. */
const document: fc.Arbitrary<Omit<WorkflowDocument, 'name'>> = fc.record({
  onFailure: fc.constantFrom('fail-fast' as const, 'continue' as const),
  steps: fc
    .array(
      fc.record({
        needs: fc.array(fc.nat(20), { maxLength: 4 }),
        optional: fc.boolean(),
        when: fc.constantFrom(undefined, 'true', 'false'),
        elements: fc.constantFrom(undefined, undefined, 0, 1, 3),
        concurrency: fc.constantFrom(1, 2, 10),
      }),
      { minLength: 1, maxLength: 12 },
    )
    .map((drafts) => drafts.map(toStep)),
});

interface Draft {
  needs: number[];
  optional: boolean;
  when: string | undefined;
  elements: number | undefined;
  concurrency: number;
}

function toStep({ needs, optional, when, elements, concurrency }: Draft, index: number): StepDocument {
  const before = index === 0 ? [] : needs.map((need) => `s${need % index}`);
  return {
    id: `s${index}`,
    capability: 'do.it',
    optional,
    needs: [...new Set(before)],
    ...(when !== undefined && { when }),
    ...(elements !== undefined && { forEach: JSON.stringify([...Array(elements).keys()]), concurrency }),
  };
}

type Move = {
  pick: number;
  outcome: FinalTaskState;
  twice: boolean;
  starts: number;
  control: WorkflowEvent['kind'] | 'restart' | 'none';
};
const move: fc.Arbitrary<Move> = fc.record({
  pick: fc.nat(),
  outcome: fc.constantFrom('completed', 'completed', 'completed', 'failed', 'rejected', 'canceled'),
  twice: fc.boolean(),
  starts: fc.constantFrom(0, 1, 3, 100),
  control: fc.constantFrom('none', 'none', 'none', 'none', 'pause', 'resume', 'retry', 'cancel', 'start', 'restart'),
});

function open(play: PlayedRun) {
  return play.submitted.filter(({ key, taskId }) => {
    const steps = play.run.nodes.flatMap(({ own, elements = [] }) => [own, ...elements]);
    return steps.some((step) => step.key === key && step.taskId === taskId && step.finishedAt === null);
  });
}

async function control(play: PlayedRun, kind: Move['control']): Promise<PlayedRun> {
  if (kind === 'none' || kind === 'task-ended') return play;
  if (kind !== 'restart') {
    await play.send(kind === 'cancel' ? { kind, reason: 'why' } : { kind });
    return play;
  }
  const rows = play.run.nodes.flatMap(({ own, elements = [] }) => [own, ...elements]);
  const again = new PlayedRun(play.run.graph.document, restoreRun(play.run.graph, play.run, structuredClone(rows)));
  again.submitted.push(...play.submitted);
  return again;
}

/** What must hold between any two events. */
function check(play: PlayedRun, receipts: Map<string, unknown>): void {
  for (const nodeRun of play.run.nodes) checkNode(play.run, nodeRun);
  const steps = leaves(play.run);
  for (const step of steps) checkReceipt(step, receipts);
  for (const [state, count] of Object.entries(play.run.counts)) {
    expect([state, steps.filter((step) => step.state === state).length]).toEqual([state, count]);
  }
  expect(play.run.unended).toBe(play.run.nodes.filter(({ own }) => own.finishedAt === null).length);
}

function leaves(run: WorkflowRun): StepRun[] {
  return run.nodes.flatMap(({ own, elements }) => (elements?.length ? elements : [own]));
}

function checkNode(run: WorkflowRun, { node, own, elements = [] }: NodeRun): void {
  const started = own.startedAt !== null || elements.length > 0;
  if (started) expect(node.needs.every((need) => hasPassed(run.nodes[need] as NodeRun))).toBe(true);
  if (node.kind === 'map') expect(elements.filter(isActive).length).toBeLessThanOrEqual(node.concurrency);
}

function checkReceipt(step: StepRun, receipts: Map<string, unknown>): void {
  const { key, state, output } = step;
  if (receipts.has(key)) expect([key, state, output]).toEqual([key, 'completed', receipts.get(key)]);
  else if (state === 'completed') receipts.set(key, output);
}

test('W1 W2 W3 any graph, any order, doubles, controls and restarts: needs first, receipts once, and it ends', async () => {
  await fc.assert(
    fc.asyncProperty(document, fc.array(move, { maxLength: 60 }), async (graph, moves) => {
      let play = new PlayedRun(graph);
      const receipts = new Map<string, unknown>();
      await play.start();
      for (const { pick, outcome, twice, starts, control: kind } of moves) {
        let left = starts;
        play.mayGoOn = () => (left -= 1) >= 0;
        play = await control(play, kind);
        check(play, receipts);
        const candidates = open(play);
        const chosen = candidates[pick % Math.max(1, candidates.length)];
        if (!chosen) continue;
        const event = play.ended(chosen.key, outcome, `${chosen.taskId}`);
        await play.send(event);
        if (twice) expect((await play.send({ ...event, state: 'failed' })).changed.size).toBe(0);
        check(play, receipts);
      }
      play.mayGoOn = () => true;
      await play.send({ kind: 'resume' });
      await play.send({ kind: 'continue' });
      for (let left = open(play); left.length > 0; left = open(play)) await play.end((left[0] as { key: string }).key);
      check(play, receipts);
      expect(['completed', 'partial', 'failed', 'canceled']).toContain(play.run.state);
    }),
    { numRuns: 300 },
  );
});

test('no submission follows a receipt of the same key', async () => {
  await fc.assert(
    fc.asyncProperty(document, fc.array(move, { maxLength: 40 }), async (graph, moves) => {
      const play = new PlayedRun(graph);
      const completed = new Set<string>();
      await play.start();
      for (const { pick, outcome, control: kind } of moves) {
        if (kind !== 'restart') await control(play, kind);
        const before = play.submitted.length;
        const candidates = play.submitted;
        const chosen = candidates[pick % Math.max(1, candidates.length)];
        if (!chosen) continue;
        await play.send(play.ended(chosen.key, outcome));
        for (const { key } of play.submitted.slice(before)) expect(completed.has(key)).toBe(false);
        for (const { key, state } of leaves(play.run)) if (state === 'completed') completed.add(key);
      }
    }),
    { numRuns: 200 },
  );
});

test('an event costs what it touches: 10,000 steps into one are not quadratic', async () => {
  const steps = Array.from({ length: 9_999 }, (_, n): StepDocument => ({ id: `s${n}`, capability: 'x' }));
  const play = new PlayedRun([...steps, { id: 'last', capability: 'x', needs: steps.map(({ id }) => id) }]);
  await play.start();
  const ends = steps.map(({ id }, n) => ({
    ...play.submitted[n],
    id,
    event: {
      kind: 'task-ended' as const,
      key: id,
      taskId: play.submitted[n]!.taskId,
      state: 'completed' as const,
      output: n,
      error: null,
      attempts: 1,
    },
  }));
  const started = performance.now();
  for (const { event } of ends) await play.send(event);
  expect(play.keys.at(-1)).toBe('last');
  expect(performance.now() - started).toBeLessThan(1000);
});
