import { type StepState } from '@baton/contracts';
import fc from 'fast-check';
import { type Child, PlayedPipeline, type Script } from './pipeline.fixture';

const stage = fc.record(
  { concurrency: fc.integer({ min: 1, max: 4 }), buffer: fc.integer({ min: 0, max: 4 }) },
  { requiredKeys: [] },
);
const script: fc.Arbitrary<Script> = fc.record({
  stages: fc.array(stage, { minLength: 1, maxLength: 5 }),
  items: fc.array(fc.nat(), { maxLength: 15 }),
  order: fc.constantFrom('kept' as const, 'any' as const),
  failFast: fc.boolean(),
});
interface Step {
  readonly pick: number;
  readonly act: 'end' | 'quiet' | 'return' | 'late';
  readonly state: StepState;
  readonly restart: boolean;
  readonly mayFollow: boolean;
}
const step: fc.Arbitrary<Step> = fc.record({
  pick: fc.nat(),
  act: fc.constantFrom('end', 'end', 'end', 'end', 'quiet', 'quiet', 'return', 'late'),
  state: fc.constantFrom<StepState>('completed', 'completed', 'completed', 'completed', 'failed', 'canceled'),
  restart: fc.constantFrom(false, false, false, true),
  mayFollow: fc.constantFrom(true, true, true, false),
});

interface Seen {
  readonly running: number;
  readonly waiting: number;
}

/**
 * Counted from the children and the agents alone. An item waits before a stage when the one before let it pass, also
 * while it waits at the agent for one under way. An agent that has completed one is done with it, whatever is known.
 */
function look({ children, agents, script: { stages } }: PlayedPipeline, stage: number): Seen {
  const there = children.filter(({ index }) => index % stages.length === stage);
  const isBehind = (index: number) => children[agents.waiting.get(index) ?? -1]?.state === 'queued';
  const runs = ({ index, state }: Child) => state === 'queued' && !agents.quiet.has(index) && !isBehind(index);
  const waits = ({ index, state }: Child) =>
    (state === 'pending' || isBehind(index)) && children[index - 1]?.state === 'completed';
  return { running: there.filter(runs).length, waiting: there.filter(waits).length };
}

/** L1 */
function checkLimits(play: PlayedPipeline): void {
  const { stages } = play.script;
  for (const [at, { concurrency = 1 }] of stages.entries()) {
    const next = stages[at + 1];
    const held = next ? look(play, at + 1).waiting - (next.buffer ?? 2 * (next.concurrency ?? 1)) : 0;
    expect(look(play, at).running + Math.max(0, held)).toBeLessThanOrEqual(concurrency);
  }
}

/** L2 */
function checkOrder({ agents, script: { stages, order } }: PlayedPipeline): void {
  if (order === 'any') return;
  for (const at of stages.keys()) {
    const taken = [...agents.begun].filter((index) => index % stages.length === at);
    expect(taken).toEqual([...taken].sort((one, other) => one - other));
  }
}

/** L5 What waits at an agent follows one at work, alone, and comes later in the list. */
function checkSequences({ agents, script: { stages } }: PlayedPipeline): void {
  for (const [index, after] of agents.waiting) {
    expect([index, index % stages.length]).toEqual([index, after % stages.length]);
    expect(index).toBeGreaterThan(after);
    expect(stages[index % stages.length]?.concurrency ?? 1).toBe(1);
    expect(agents.waiting.has(after)).toBe(false);
  }
  const leaders = [...agents.waiting.values()];
  expect(new Set(leaders).size).toBe(leaders.length);
}

function act(play: PlayedPipeline, { pick, act, state }: Step): void {
  const { agents } = play;
  const late = [...agents.mayBeLate].filter((index) => play.children[index]?.state === 'pending');
  const lateOne = late[pick % Math.max(1, late.length)];
  if (act === 'late' && lateOne !== undefined) return play.finish(lateOne);
  const child = play.active[pick % play.active.length] as { index: number };
  const { index } = child;
  if (agents.quiet.has(index)) return act === 'return' ? void play.giveBack(index) : play.finish(index);
  if (act === 'return' || agents.isHandedBack(index)) return void play.giveBack(index);
  // It has not begun: it can only fail, or be canceled.
  if (agents.waiting.has(index)) return state === 'completed' ? undefined : play.finish(index, state);
  if (act === 'quiet') agents.complete(index);
  else play.finish(index, state);
}

function outputsOf({ children, script: { stages } }: PlayedPipeline): unknown[] {
  const last = children.filter(({ index }) => (index + 1) % stages.length === 0);
  return last.map(({ index, state }) => (state === 'completed' ? `done ${index}` : null));
}

test('whatever ends, returns or is late when: never over a limit, in order, and it ends with what came of it', () => {
  fc.assert(
    fc.property(script, fc.array(step, { minLength: 1, maxLength: 80 }), (given, steps) => {
      let follows = true;
      const play = new PlayedPipeline(given, [], () => follows);
      for (let turn = 0; !play.end; turn += 1) {
        checkLimits(play);
        checkSequences(play);
        // After a while everybody does their duty.
        const duty = { act: 'end', state: 'completed', restart: false } as const;
        const one = { ...(steps[turn % steps.length] as Step), ...(turn > 200 && { ...duty, pick: turn }) };
        follows = one.mayFollow;
        if (one.restart) play.reopen();
        expect(play.active.length).toBeGreaterThan(0);
        act(play, one);
        expect(turn).toBeLessThan(2000);
      }
      checkOrder(play);
      expect(play.output).toEqual(outputsOf(play));
      expect(play.output).toHaveLength(play.children.length / given.stages.length);
    }),
    { numRuns: 500 },
  );
});

test('10,000 items in 5 stages go through', () => {
  const play = new PlayedPipeline({ stages: [{}, {}, {}, {}, { concurrency: 3 }], items: [...Array(10_000).keys()] });
  const queue = play.started;
  for (let at = 0; at < queue.length; at += 1) play.finish(queue[at] as number);
  expect(play.end?.state).toBe('completed');
  expect(queue).toHaveLength(50_000);
});
