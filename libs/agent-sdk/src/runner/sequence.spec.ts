import { type TaskAssigned } from '@baton/contracts';
import { assignment } from '../../test/mesh-stand-in';
import { type Ending } from './perform';
import { Sequence } from './sequence';
import { type TaskRun } from './task-run';

type Run = Pick<TaskRun, 'task'> & { stage: TaskRun['stage'] };

/** The attempts of an agent, as far as a sequence looks at them. */
class Agent {
  readonly held = new Map<TaskAssigned['token'], TaskRun>();
  readonly sequence: Sequence;

  constructor(memory?: number) {
    this.sequence = new Sequence(this.held, memory);
  }

  take(after?: Run): TaskRun {
    const run = { task: follower(after), stage: 'queued' } as TaskRun;
    this.held.set(run.task.token, run);
    this.sequence.join(run);
    return run;
  }

  end(run: TaskRun, outcome: Ending['outcome']): readonly TaskRun[] {
    run.stage = 'reporting';
    return this.sequence.ended(run, outcome);
  }
}

const follower = (after?: Run): TaskAssigned =>
  assignment('a.b', null, after === undefined ? {} : { after: after.task.token });
const stranger = { task: assignment('a.b', null), stage: 'queued' } as const;

test('an attempt that names none is none of its business', () => {
  const { sequence } = new Agent();
  expect([sequence.fault(follower()), sequence.binds(follower())]).toEqual([undefined, false]);
});

test.each(['queued', 'running'] as const)('one whose predecessor is %s waits, and is told of its end once', (stage) => {
  const agent = new Agent();
  const first = agent.take();
  first.stage = stage;
  expect(agent.sequence.fault(follower(first))).toBeUndefined();
  expect(agent.sequence.binds(follower(first))).toBe(true);
  const followers = [agent.take(first), agent.take(first)];
  expect(agent.end(first, 'completed')).toEqual(followers);
  expect(agent.end(first, 'completed')).toEqual([]);
});

test('one whose predecessor has completed waits for nothing, also when the broker has the result', () => {
  const agent = new Agent();
  const first = agent.take();
  agent.end(first, 'completed');
  for (const forget of [false, true]) {
    if (forget) agent.held.delete(first.task.token);
    expect(agent.sequence.fault(follower(first))).toBeUndefined();
    expect(agent.sequence.binds(follower(first))).toBe(false);
  }
});

test.each(['failed', 'canceled', 'rejected', 'waiting'] as const)(
  'one whose predecessor is %s is refused',
  (outcome) => {
    const agent = new Agent();
    const first = agent.take();
    agent.end(first, outcome);
    expect(agent.sequence.fault(follower(first))).toMatchObject({ code: 'OUT_OF_SEQUENCE', retryable: true });
    expect(agent.sequence.fault(follower(first))?.message).toMatch(`that one has ended as ${outcome};`);
  },
);

test('one whose predecessor is unknown is refused, and what comes after it', () => {
  const agent = new Agent();
  const second = { task: follower(stranger), stage: 'queued' } as const;
  expect(agent.sequence.fault(second.task)?.message).toMatch(/this agent does not know that one/);
  expect(agent.sequence.fault(follower(second))?.message).toMatch(/that one has ended as rejected/);
});

test('what was refused stays refused when it comes again, though its predecessor has come since', () => {
  const agent = new Agent();
  const first = { task: follower(), stage: 'queued' } as TaskRun;
  const second = follower(first);
  agent.sequence.fault(second);
  agent.held.set(first.task.token, first);
  expect(agent.sequence.fault(second)?.message).toMatch(/it has been handed back before/);
  agent.end(first, 'completed');
  expect(agent.sequence.fault(second)?.code).toBe('OUT_OF_SEQUENCE');
});

test('one that names itself is refused', () => {
  const task = assignment('a.b', null);
  expect(new Agent().sequence.fault({ ...task, after: task.token })?.code).toBe('OUT_OF_SEQUENCE');
});

test('one that ended while it waited is not told of', () => {
  const agent = new Agent();
  const first = agent.take();
  const [gone, other] = [agent.take(first), agent.take(first)];
  agent.end(gone, 'canceled');
  expect(agent.end(first, 'completed')).toEqual([other]);
});

test('what was forgotten is unknown', () => {
  const agent = new Agent(2);
  const runs = Array.from({ length: 3 }, () => agent.take());
  for (const run of runs) agent.end(run, 'completed');
  const faults = runs.reverse().map((run) => agent.sequence.fault(follower(run))?.code); // what is refused is noted too
  expect(faults).toEqual([undefined, undefined, 'OUT_OF_SEQUENCE']);
});
