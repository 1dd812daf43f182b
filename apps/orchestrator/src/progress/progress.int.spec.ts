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
  const run = await service.create({ definition, input: { items: [1, 2, 3, 4, 5] }, start: true }, actor);
  const id = (JSON.parse(String(typeof run === 'string' ? run : JSON.stringify(run))) as { id: string }).id;
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

  const { events } = await new EventSource(database).after(0);
  const steps = events.map(({ event }) => event).filter(({ subject }) => subject === 'workflow.step');
  const inFeed = (state: string): (string | null)[] =>
    steps.filter(({ type }) => type === `workflow.step.${state}`).map(({ stepId }) => stepId);
  expect(inFeed('completed').sort()).toEqual(['each', ...elements, 'last', 'wait'].sort());
  expect(inFeed('waiting')).toEqual(['wait']);
  const order = events.map(({ sequence }) => sequence);
  expect(order).toEqual([...new Set(order)].sort((one, other) => one - other));
});

test('with history there is an estimate with its interval, and what runs now', async () => {
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  let held = false;
  await startAgent('slow.work', () => ({ ok: true }));
  await startAgent('held.work', async () => {
    held = true;
    await gate;
    return { ok: true };
  });
  const { service, database } = await startOrchestrator();
  const start = async (steps: readonly StepDocument[]): Promise<string> => {
    const run: unknown = await service.create({ definition: { name: 'held', steps }, start: true }, actor);
    return (JSON.parse(typeof run === 'string' ? run : JSON.stringify(run)) as { id: string }).id;
  };
  await ended(service, await start([step('a', 'slow.work'), step('b', 'slow.work')]));
  const id = await start([
    step('b', 'slow.work', { needs: ['a'] }),
    step('a', 'slow.work'),
    step('c', 'held.work', { optional: true }),
  ]);
  await eventually(() => held);
  const progress = await eventually(async () => {
    const [kept] = await readProgress(database, [id]);
    const shown = kept && progressOf(kept, database.now());
    expect(shown?.current.map((one) => one.id)).toEqual(['c']);
    return shown;
  });
  // Nobody has ever done held.work: there is nothing to go by.
  expect(progress).toMatchObject({ etaSeconds: null, etaLowSeconds: null, etaHighSeconds: null });
  release();
  await ended(service, id);
});
