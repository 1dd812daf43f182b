import { type StepDocument } from '@baton/contracts';
import { needs, type PlayedDocument, PlayedRun, step } from '../../run/play-run';
import { factsOf } from '../facts.fixture';
import { at, attempt, task } from '../played-tasks.fixture';
import { diagnose } from './diagnose';
import { type DiagnosisFacts, type Issue } from './issue';

async function played(document: PlayedDocument): Promise<PlayedRun> {
  const play = new PlayedRun(document);
  await play.start();
  return play;
}
const codes = (issues: readonly Issue[]): unknown[] => issues.map((issue) => [issue.code, issue.severity, issue.step]);
const told = (play: PlayedRun, more: Partial<DiagnosisFacts> = {}): unknown[] => codes(diagnose(factsOf(play, more)));

describe('of the run', () => {
  test('a paused run tells so, and what is still under way', async () => {
    const play = await played([step('a')]);
    await play.send({ kind: 'pause' });
    expect(diagnose(factsOf(play))).toMatchObject([{ code: 'paused', evidence: { underWay: 1 } }]);
    await play.end('a');
    const over = await played([{ id: 'w', wait: { seconds: 5 } }]);
    await over.send({ kind: 'pause' });
    expect(diagnose(factsOf(over))).toMatchObject([{ code: 'paused', evidence: { underWay: 0 } }]);
  });

  test('stuck: a receipt that nobody takes, a timer that nobody fires, an end that leads to nothing', async () => {
    const play = await played([step('a')]);
    const tasks = factsOf(play).tasks.map((one) => ({ ...one, finishedAt: at(0) }));
    expect(told(play, { tasks, now: at(9000) })).toEqual([]);
    expect(diagnose(factsOf(play, { tasks, now: at(11_000), hasBrain: false }))).toMatchObject([
      { code: 'stuck', evidence: { step: 'a', hasBrain: false } },
    ]);
    const timed = await played([{ id: 'w', wait: { seconds: 5 } }]);
    expect(told(timed, { now: at(14_000) })).toEqual([]);
    expect(told(timed, { now: at(15_001) })).toEqual([['stuck', 'error', null]]);
    const left = await played([step('a'), step('b', { ...needs('a'), fallback: ['do.a'] })]);
    left.mayGoOn = () => false;
    await left.end('a');
    expect(told(left, { now: at(11_000) })).toEqual([['stuck', 'error', null]]);
  });

  test('one that waits for bids or for a task is not stuck', async () => {
    const auction = { id: 'sale', pattern: 'auction', capability: 'do.sale' } as unknown as StepDocument;
    const play = await played([auction]);
    const run = { ...play.run, wakeAt: null };
    expect(told(play, { run, now: at(60_000), slots: new Map([['do.sale', 1]]) })).toEqual([]);
    const each = step('each', { forEach: '[1]' });
    const busy = await played([each]);
    expect(told(busy, { now: at(60_000) })).toEqual([]);
  });

  test('waits for signals, with and without an end', async () => {
    const waits = ['x', 'y'].map((id) => ({ id, wait: { signal: 'go' } }));
    const timed = { id: 'z', wait: { signal: 'go' }, timeoutSeconds: 9 } as StepDocument;
    const play = await played([...waits, timed, { id: 't', wait: { seconds: 60 } }]);
    const issues = diagnose(factsOf(play, { now: at(3000) }));
    expect(codes(issues)).toEqual(['x', 'y', 'z'].map((id) => ['waiting-for-signal', 'info', id]));
    expect(issues.map(({ evidence }) => evidence['timeoutSeconds'])).toEqual([null, null, 9]);
    await play.send({ kind: 'cancel', reason: 'enough' });
    expect(told(play)).toEqual([]);
  });

  test('steps yet to come that nobody can do, also inside others; a fallback is enough', async () => {
    const inside = { id: 'in', pattern: 'parallel', steps: [step('x'), { id: 'w', wait: { seconds: 1 } }] };
    const document = [
      step('a'),
      step('b', { ...needs('a'), fallback: ['do.a'] }),
      step('c', { ...needs('a'), capability: 'do.c' }),
      { ...inside, needs: ['a'] } as StepDocument,
      step('each', { forEach: 'steps.a.output', capability: 'do.c' }),
    ];
    const play = await played(document);
    const issues = diagnose(factsOf(play));
    expect(codes(issues)).toEqual([
      ['no-capable-agent', 'warning', 'c'],
      ['no-capable-agent', 'warning', 'in'],
    ]);
    expect(issues[0]?.evidence).toMatchObject({ capability: 'do.c', count: 2, steps: ['c', 'each'] });
  });

  test('near its deadline, expected to miss it, and missed', async () => {
    const play = await played({ deadlineSeconds: 100, steps: [step('a')] });
    const estimate = { at: at(0).toISOString(), etaSeconds: 60, etaLowSeconds: 1, etaHighSeconds: 99, current: [] };
    expect(told(play, { now: at(79_000) })).toEqual([]);
    expect(told(play, { now: at(79_000), estimate: { ...estimate, etaSeconds: null } })).toEqual([]);
    expect(told(play, { now: at(80_000), estimate })).toEqual([['deadline', 'warning', null]]);
    const late = { ...estimate, etaSeconds: 150 };
    expect(diagnose(factsOf(play, { now: at(10_000), estimate: late }))).toMatchObject([
      { code: 'deadline', evidence: { leftSeconds: 90, etaSeconds: 140 } },
    ]);
    await play.later(101);
    expect(told(play)).toEqual([['deadline', 'error', null]]);
  });

  test('near its budget, and spent', async () => {
    const document = {
      budget: { tasks: 2, cost: 10 },
      steps: [step('a'), step('b', needs('a')), step('c', needs('b'))],
    };
    const play = await played(document);
    expect(told(play, { slots: new Map(['a', 'b', 'c'].map((id) => [`do.${id}`, 1])) })).toEqual([]);
    await play.end('a');
    expect(told(play, { slots: new Map(['b', 'c'].map((id) => [`do.${id}`, 1])) })).toEqual([
      ['budget', 'warning', null],
    ]);
    await play.end('b');
    expect(told(play)).toEqual([['budget', 'error', 'c']]);
  });
});

describe('of failures', () => {
  test('a step that failed of itself is told once, not what is around it or was stopped', async () => {
    const inside = { id: 'in', pattern: 'parallel', steps: [step('x'), step('y')] } as unknown as StepDocument;
    const play = await played([inside, step('z')]);
    await play.end('in/x', 'failed');
    const issues = diagnose(factsOf(play));
    expect(codes(issues)).toEqual([['failing-step', 'error', 'in/x']]);
    expect(issues[0]).toMatchObject({ evidence: { code: 'BOOM', stack: null, agent: null, count: 1 } });
    expect(issues[0]?.remedy).toContain('/retry');
  });

  test('elements count together; optional ones warn', async () => {
    const play = await played({
      onFailure: 'continue',
      steps: [step('each', { forEach: '[1,2]' }), step('o', { optional: true })],
    });
    await play.end('each[0]', 'failed');
    await play.end('each[1]', 'failed');
    await play.end('o', 'failed');
    const issues = diagnose(factsOf(play));
    expect(codes(issues)).toEqual([
      ['failing-step', 'error', 'each'],
      ['failing-step', 'warning', 'o'],
    ]);
    expect(issues[0]?.message).toContain('2 times');
  });

  test.each([
    ['EXPRESSION_FAILED', false, 'expression-failed', /expression/],
    ['INPUT_TOO_LARGE', false, 'expression-failed', /expression/],
    ['STEP_TIMEOUT', true, 'failing-step', /timeoutSeconds/],
    ['TASK_TIMEOUT', true, 'failing-step', /timeoutSeconds/],
    ['BAD', false, 'failing-step', /optional/],
  ])('the remedy of %s', async (code, retryable, issueCode, remedy) => {
    const play = await played([step('a')]);
    const agent = { id: 'x', name: 'anna' } as never;
    await play.send({ ...play.ended('a', 'failed'), agent, error: { code, message: 'm', retryable, stack: 's' } });
    const [issue] = diagnose(factsOf(play));
    expect(issue).toMatchObject({ code: issueCode, evidence: { stack: 's', agent: 'anna' } });
    expect(issue?.remedy).toMatch(remedy);
  });

  test('a task that failed four times is a storm, three is none', async () => {
    const play = await played([step('a')]);
    const failed = (n: number) => attempt('x', n, n + 1, { outcome: 'queued', errorCode: 'E' });
    const times = (count: number) => task('a', 0, [...[1, 2, 3, 4].slice(0, count).map(failed), attempt('x', 9, 10)]);
    const tasks = (count: number) => ({ tasks: [times(count), task('b', 0, [])] });
    expect(told(play, tasks(3))).toEqual([]);
    expect(diagnose(factsOf(play, tasks(4)))).toMatchObject([
      { code: 'retry-storm', step: 'a', evidence: { worst: 4, lostMs: 4, errors: { E: 4 } } },
    ]);
  });

  test('five failures of many are none, of few they are', async () => {
    const play = await played([step('a')]);
    const failing = (n: number) => task(`a[${n}]`, 0, [attempt('x', 1, 2, { outcome: 'failed', errorCode: 'E' })]);
    const fine = (n: number) => task(`a[${n}]`, 0, [attempt('x', 1, 2)]);
    const five = [1, 2, 3, 4, 5].map(failing);
    expect(told(play, { tasks: [...five, ...Array.from({ length: 20 }, (_, n) => fine(n))] })).toEqual([]);
    expect(told(play, { tasks: [...five, fine(6)] })).toEqual([['retry-storm', 'warning', 'a']]);
  });

  test('failures of one agent are found, spread ones are not', async () => {
    const play = await played([step('a')]);
    const tried = (agent: string, n: number, errorCode: string | null, name: string | null = agent) =>
      task(`t${n}`, 0, [attempt(agent, 1, 2, { errorCode, agentName: name })]);
    const good = Array.from({ length: 10 }, (_, n) => tried('good', n, null));
    const bad = Array.from({ length: 5 }, (_, n) => tried('bad', 20 + n, 'E', null));
    expect(diagnose(factsOf(play, { tasks: [...good, ...bad] }))).toMatchObject([
      { code: 'failing-agent', evidence: { agent: 'bad', failed: 5, tasks: 5, othersFailed: 0, errors: { E: 5 } } },
    ]);
    expect(told(play, { tasks: bad })).toEqual([]);
    expect(told(play, { tasks: [...good, ...bad.slice(0, 2)] })).toEqual([]);
    for (const code of ['AGENT_FULL', 'AGENT_DRAINING', 'NOT_DELIVERED', 'OUT_OF_SEQUENCE']) {
      const blameless = Array.from({ length: 5 }, (_, n) => tried('bad', 20 + n, code));
      expect(told(play, { tasks: [...good, ...blameless] })).toEqual([]);
    }
    const all = Array.from({ length: 5 }, (_, n) => tried('good', 30 + n, 'E'));
    expect(told(play, { tasks: [...good, ...all, ...bad] })).toEqual([]);
  });
});

describe('of durations', () => {
  const usual = new Map([['a', [90, 100, 110, 100, 100]]]);

  test('slower than before, also while it goes on', async () => {
    const play = await played([step('a')]);
    const [mine] = factsOf(play).tasks;
    expect(told(play, { usual, now: at(150) })).toEqual([]);
    const issues = diagnose(factsOf(play, { usual, now: at(2000) }));
    expect(issues).toMatchObject([{ code: 'slow-step', evidence: { ms: 2000, taskId: mine?.id, agent: 'one' } }]);
    expect(issues[0]?.message).toContain('it goes on');
    await play.later(3);
    await play.end('a');
    expect(diagnose(factsOf(play, { usual }))[0]?.message).not.toContain('it goes on');
    expect(told(play)).toEqual([]);
  });

  test('elements that straggle, not steps that differ; failed and waiting ones do not count', async () => {
    const play = await played([step('each', { forEach: '[1..12]' })]);
    const lengths = [100, 105, 95, 100, 110, 100, 90, 100, 900, 1000];
    const tasks = lengths.map((ms, n) => task(`each[${n}]`, 0, [attempt(`agent-${n}`, 0, ms)]));
    const failed = task('each[10]', 0, [attempt('x', 0, 5000, { outcome: 'failed', errorCode: 'E' })]);
    const facts = { tasks: [...tasks, failed, task('each[11]', 0, []), task('other', 0, [attempt('x', 0, 9000)])] };
    expect(diagnose(factsOf(play, facts))).toMatchObject([
      {
        code: 'unbalanced',
        step: 'each',
        evidence: { stragglers: ['each[9]', 'each[8]'], agents: ['agent-9', 'agent-8'] },
      },
    ]);
    expect(told(play, { tasks: tasks.slice(0, 8) })).toEqual([]);
  });

  test('of several of a slow step the longest is shown', async () => {
    const play = await played([step('a')]);
    const tasks = [300, 900, 800].map((ms, n) => task(`a[${n}]`, 0, [attempt('x', 0, ms)]));
    expect(diagnose(factsOf(play, { tasks, usual }))).toMatchObject([
      { evidence: { taskId: 'task of a[1]', ms: 800 } },
    ]);
  });
});

describe('of tasks that wait', () => {
  const waits = async (what: string, more: Partial<DiagnosisFacts> = {}, times = 1): Promise<Issue[]> => {
    const play = await played([step('a')]);
    const tasks = Array.from({ length: times }, (_, n) => task(`a[${n}]`, 0, []));
    const waiting = new Map([['task of a[0]', { what, detail: 'Because.' }]]);
    return diagnose(factsOf(play, { tasks, waiting, now: at(9000), ...more }));
  };

  test.each(['no-capable-agent', 'tags-unmatched', 'spread'])('%s: nobody fits', async (what) => {
    expect(await waits(what)).toMatchObject([{ code: 'no-capable-agent', severity: 'error', step: 'a' }]);
  });

  test('breakers that are open, and whose', async () => {
    const breaker = { agentId: 'i', agentName: 'bob', reason: 'failed', nextProbeAt: null };
    const breakers = [
      { ...breaker, capability: 'x.y' },
      { ...breaker, capability: 'other' },
    ];
    expect(await waits('breakers-open', { breakers })).toMatchObject([
      { code: 'open-breaker', evidence: { breakers: ['bob: failed'] } },
    ]);
  });

  test('starved once it has waited long enough, with who has the slots', async () => {
    const holder = { capability: 'x.y', workflow: 'w', tasks: 2 };
    const holders = [
      { ...holder, workflowId: 'run-1' },
      { ...holder, workflowId: 'other' },
      { ...holder, workflowId: null, capability: 'z' },
    ];
    const slots = new Map([['x.y', 4]]);
    const [issue] = await waits('no-free-slot', { holders, slots }, 3);
    expect(issue).toMatchObject({
      ...{ code: 'starved', message: '3 tasks of a wait, the longest for 9.0 s. Because.' },
      evidence: { slots: 4, heldByThisRun: 2, heldByOthers: [{ workflowId: 'other', tasks: 2 }], waitedMs: 9000 },
    });
    expect(issue?.remedy).toContain('priority');
    const [alone] = await waits('mesh-full', { slots: new Map() });
    expect(alone).toMatchObject({ evidence: { slots: 0 } });
    expect(alone?.remedy).not.toContain('priority');
    expect(await waits('no-free-slot', { starvedAfterMs: 10_000 })).toEqual([]);
    expect((await waits('rate-limited'))[0]?.remedy).toContain('rateLimit');
    expect((await waits('concurrency-key-full'))[0]?.remedy).toContain('concurrencyLimit');
  });

  test('its turn, back-off, and what nobody knows are no issue; an attempt before counts as no wait', async () => {
    expect(await waits('its-turn')).toEqual([]);
    const play = await played([step('a')]);
    const again = { ...task('a', 0, [attempt('x', 0, 8500, { outcome: 'queued' })]), state: 'queued' as const };
    const waiting = new Map([[again.id, { what: 'no-free-slot', detail: '' }]]);
    expect(told(play, { tasks: [again], waiting, now: at(9000) })).toEqual([]);
    expect(told(play, { tasks: [again], now: at(9000) })).toEqual([]);
  });
});
