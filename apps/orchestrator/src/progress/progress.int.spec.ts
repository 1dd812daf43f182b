import { type StepDocument, type WorkflowProgressed, type WorkflowStepChanged } from '@baton/contracts';
import { connectBus, type Delivery, queues } from '@baton/bus';
import { createLogger } from '@baton/observability';
import { readProgress } from '@baton/persistence';
import { eventually } from '@baton/testing';
import { actor, orchestratorFixture } from '../../test/orchestrator-fixture';
import { ended, step } from '../../test/workflow-steps';
import { EventSource } from '../events/event-source';
import { progressOf } from './progress-view';

const { startOrchestrator, startAgent, ways } = orchestratorFixture();

interface Heard {
  readonly steps: WorkflowStepChanged[];
  readonly progress: WorkflowProgressed[];
  readonly states: string[];
  stop(): Promise<void>;
}

/** A service that listens to all workflows. */
async function listen(): Promise<Heard> {
  const logger = createLogger('listener', 'silent');
  const bus = await connectBus({ url: ways().brokerUrl, name: 'listener', source: '/services/listener', logger });
  const heard: Heard = { steps: [], progress: [], states: [], stop: () => bus.close() };
  const take = ({ events }: Delivery): 'done' => {
    for (const { type, data } of events) {
      if (type === 'io.baton.workflow.step.v1') heard.steps.push(data as WorkflowStepChanged);
      else if (type === 'io.baton.workflow.progress.v1') heard.progress.push(data as WorkflowProgressed);
      else if (type === 'io.baton.workflow.changed.v1') heard.states.push((data as { state: string }).state);
    }
    return 'done';
  };
  await bus.consume(queues.events('progress-spec', ['workflow.#']), take, { noAck: true });
  return heard;
}

const each = { id: 'each', capability: 'told.work', forEach: 'input.items', concurrency: 3 } as StepDocument;
const wait = { id: 'wait', wait: { seconds: 0.05 }, needs: ['each'] } as StepDocument;
const definition = { name: 'told', steps: [each, wait, step('last', 'told.work', { needs: ['wait'] })] };

test('steps and progress are told on the bus, kept for doors, and in the feed', async () => {
  const heard = await listen();
  await startAgent('told.work', () => ({ ok: true }));
  const { service, database } = await startOrchestrator();
  const feed = new EventSource(database);
  const before = await feed.end();
  const { id } = await service.create({ definition, input: { items: [1, 2, 3, 4, 5] }, start: true }, actor);
  await ended(service, id);
  await eventually(() =>
    expect(heard.progress.at(-1)).toMatchObject({ state: 'completed', progress: { percent: 100 } }),
  );
  await eventually(() => expect(heard.states).toContain('completed'));
  await heard.stop();

  const of = (state: string): string[] => heard.steps.filter((one) => one.state === state).map(({ stepId }) => stepId);
  const elements = [0, 1, 2, 3, 4].map((index) => `each[${index}]`);
  expect(of('completed').sort()).toEqual(['each', ...elements, 'last', 'wait'].sort());
  expect(of('queued').sort()).toEqual([...elements, 'last'].sort());
  expect(of('waiting')).toEqual(['wait']);
  const percents = heard.progress.map(({ progress }) => progress.percent);
  expect(percents).toEqual([...percents].sort((one, other) => one - other));

  const [kept] = await readProgress(database, [id]);
  expect(kept && progressOf(kept, database.now())).toMatchObject({ percent: 100, completed: 7, etaSeconds: null });

  // The feed waits for transactions that began before, also those of other databases beside this one.
  const { events, inFeed } = await eventually(async () => {
    const { events } = await feed.after(before);
    const steps = events.map(({ event }) => event).filter(({ subject }) => subject === 'workflow.step');
    const inFeed = (state: string): (string | null)[] =>
      steps.filter(({ type }) => type === `workflow.step.${state}`).map(({ stepId }) => stepId);
    expect(inFeed('completed').sort()).toEqual(['each', ...elements, 'last', 'wait'].sort());
    return { events, inFeed };
  });
  expect(inFeed('waiting')).toEqual(['wait']);
  const order = events.map(({ sequence }) => sequence);
  expect(order).toEqual([...new Set(order)].sort((one, other) => one - other));
});

test('with history there is an estimate with its interval, and what runs now', async () => {
  let release = (): void => undefined;
  let gate: Promise<void> | undefined;
  await startAgent('held.work', async () => {
    await gate;
    return { ok: true };
  });
  const first = await startOrchestrator();
  const held = { name: 'held', steps: [step('a', 'held.work'), step('b', 'held.work', { needs: ['a'] })] };
  const start = async ({ service }: typeof first): Promise<string> =>
    (await service.create({ definition: held, start: true }, actor)).id;
  const kept = async ({ database }: typeof first, id: string) => {
    const [row] = await readProgress(database, [id]);
    return row && progressOf(row, database.now());
  };
  gate = new Promise<void>((resolve) => (release = resolve));
  const unheard = await start(first);
  // Nobody has ever done this: there is nothing to go by.
  await eventually(async () => expect((await kept(first, unheard))?.current.map(({ id }) => id)).toEqual(['a']));
  expect(await kept(first, unheard)).toMatchObject({ etaSeconds: null, etaLowSeconds: null, etaHighSeconds: null });
  release();
  await ended(first.service, unheard);
  await first.stop();

  const second = await startOrchestrator();
  gate = new Promise<void>((resolve) => (release = resolve));
  const known = await start(second);
  await eventually(async () => expect((await kept(second, known))?.etaSeconds).not.toBeNull(), { timeoutMs: 15_000 });
  const { etaSeconds, etaLowSeconds, etaHighSeconds } = (await kept(second, known)) ?? {};
  expect(etaLowSeconds).toBeLessThanOrEqual(etaSeconds as number);
  expect(etaSeconds).toBeLessThanOrEqual(etaHighSeconds as number);
  release();
  await ended(second.service, known);
  expect(await kept(second, known)).toMatchObject({ percent: 100, etaSeconds: null, current: [] });
});
