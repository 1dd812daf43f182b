import { type Bus, connectBus, outgoing, queues, routes } from '@baton/bus';
import { agentHeartbeat, agentPresence, taskFinished, taskProgress } from '@baton/contracts';
import { createLogger } from '@baton/observability';
import { eventually } from '@baton/testing';
import { actor, orchestratorFixture } from '../../test/orchestrator-fixture';
import { path } from '../../test/task-rows';
import { NEVER } from '../../test/wire-agent';

const { startOrchestrator, startAgent, addUser } = orchestratorFixture();
const may = { configure: '.*', write: '.*', read: '.*' };
const logger = createLogger('forged-spec', 'silent');
const buses: Bus[] = [];
const userOf = (url: string): string => decodeURIComponent(new URL(url).username);

afterEach(() => Promise.all(buses.splice(0).map((bus) => bus.close(0))));

/** An attempt under way at an agent of the user `research`, and `mallory`, who knows all about it. */
async function stage(capability: string) {
  const [research, malloryUrl] = [await addUser('research', may), await addUser('mallory', may)];
  const agent = await startAgent(capability, () => NEVER, { brokerUrl: research, amqpUser: userOf(research) });
  const { intake, completions, database } = await startOrchestrator();
  const { task } = await intake.submit({ capability, input: 1 }, { actor });
  const attempt = await eventually(() => agent.assigned[0] ?? false);
  if (!attempt) throw new Error('unreachable');
  const mallory = await connectBus({ url: malloryUrl, name: 'mallory', source: '/mallory', logger });
  buses.push(mallory);
  return { agent, attempt, task, completions, database, mallory };
}

test('what another AMQP user says of an attempt is not heard, even with its token', async () => {
  const { agent, attempt, task, completions, database, mallory } = await stage('forged.result');
  const { taskId, token } = attempt;
  const letters: unknown[] = [];
  await mallory.consume(queues.deadLetters, ({ headers }) => (letters.push(headers['baton-reason']), 'done'));
  const { agentId } = agent;
  const result = { taskId, agentId, attempt: 1, token, phases: {}, outcome: 'completed' as const, output: 'forged' };
  const progress = { taskId, agentId, attempt: 1, token, phase: 'executing' as const, phases: {} };
  await mallory.publish(routes.results, outgoing(taskFinished, result), { durable: true });
  await mallory.publish(routes.results, outgoing(taskProgress, progress), { durable: true });
  await eventually(() =>
    expect(letters).toEqual([expect.stringMatching(/AMQP user/), expect.stringMatching(/AMQP user/)]),
  );
  expect(await path(database, task.id)).toBe('queued assigned');
  await agent.finish(attempt, { output: 'true one' });
  expect(await completions.wait(task.id, 5000)).toBe(true);
  expect(await path(database, task.id)).toBe('queued assigned completed');
});

test('nobody is lost, and nothing given away, because another user says so', async () => {
  const { agent, attempt, task, completions, database, mallory } = await stage('forged.presence');
  const agentId = agent.agentId;
  const usage = { cpuPercent: 0, memoryMb: 0, loadAverage: 0 };
  const beat = { agentId, beat: 1, state: 'idle' as const, draining: true, inFlight: [], usage };
  // Three beats that do not list an attempt mean that it never arrived.
  for (let n = 0; n < 5; n++)
    await mallory.publish(routes.agentHeartbeats, outgoing(agentHeartbeat, beat), { durable: true });
  const lost = outgoing(agentPresence, { agentId, what: 'lost', reason: 'forged' });
  await mallory.publish(routes.event('agent.lost'), lost, { durable: true });
  await agent.finish(attempt, { output: 'true one' });
  expect(await completions.wait(task.id, 5000)).toBe(true);
  expect(await path(database, task.id)).toBe('queued assigned completed');
});
