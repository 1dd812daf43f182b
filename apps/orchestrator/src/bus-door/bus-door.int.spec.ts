import { type Task, tasksGet, tasksSubmit, tasksSubmitted } from '@baton/contracts';
import { type Bus, connectBus, outgoing, routes } from '@baton/bus';
import { createLogger } from '@baton/observability';
import { echo, specDoor } from '../../test/spec-door';

describe('bus door', () => {
  const door = specDoor();
  let bus: Bus;
  beforeAll(async () => {
    bus = await connectBus({ url: door.brokerUrl, name: 's', source: '/services/spec', logger: createLogger('s', 'silent') });
  });
  afterAll(() => bus?.close());

  test('submits', async () => {
    const reply = await bus.request<Task>(routes.orchestrator, { kind: tasksSubmit, data: echo() }, { headers: door.bearer });
    expect(reply).toMatchObject({ type: tasksSubmitted.type, data: { state: 'queued', input: { n: 1 } } });
    const got = await bus.request<Task>(routes.orchestrator, outgoing(tasksGet, { id: reply.data.id }), { headers: door.bearer });
    expect(got.data).toEqual(reply.data);
  });
});
