import { createLogger, type RunningProcess } from '@baton/observability';
import { eventually, testBroker, type TestBroker } from '@baton/testing';
import { assignment, MeshStandIn, newAgentId } from '../../test/mesh-stand-in';
import { Capability } from '../capability/capability';
import { type TaskContext } from '../capability/task-context';
import { readAgentConfig } from '../config';
import { startAgent } from '../start-agent';

/** Runs until told: by its signal, or by the test. */
class Hold extends Capability<string, string> {
  static readonly letGo: (() => void)[] = [];
  readonly name = 'test.hold';
  readonly input = { type: 'string' };
  readonly output = { type: 'string' };
  execute(input: string, task: TaskContext): Promise<string> {
    return new Promise((resolve, reject) => {
      Hold.letGo.push(() => resolve(input));
      task.signal.addEventListener('abort', () => reject(task.signal.reason as Error));
    });
  }
}

class Echo extends Capability<string, string> {
  readonly name = 'test.echo';
  readonly input = { type: 'string' };
  readonly output = { type: 'string' };
  execute(input: string): string {
    return input;
  }
}

let broker: TestBroker;
let mesh: MeshStandIn;
let agent: RunningProcess;
const agentId = newAgentId();

beforeAll(async () => {
  broker = await testBroker();
  mesh = await MeshStandIn.open(broker.url);
  await Promise.all([mesh.openRegistry(), mesh.openResults()]);
  const config = readAgentConfig('test', undefined, { MESSAGE_QUEUE_URL: broker.url, BATON_AGENT_ID: agentId });
  const options = { family: 'test', capabilities: [Hold, Echo] };
  agent = await startAgent(options, config, createLogger('agent', 'silent'));
});

afterAll(async () => {
  for (const letGo of Hold.letGo) letGo();
  await agent.stop('the test is over');
  await mesh.bus.close();
  await broker.close();
});

test('an agent declares that it keeps sequences', () => {
  expect(mesh.registrations).toMatchObject([{ agentId, sequences: true }]);
});

test('an attempt begins when the one it comes after has completed, and comes back when that one has not', async () => {
  const first = assignment('test.hold', 'P');
  const next = assignment('test.hold', 'F', { after: first.token });
  const last = assignment('test.hold', 'G', { after: next.token });
  const neighbour = assignment('test.echo', 'behind them');
  await mesh.assign(agentId, first, next, last, neighbour);
  await eventually(() => mesh.resultOf(neighbour));
  expect(Hold.letGo).toHaveLength(1);
  Hold.letGo[0]?.();
  await eventually(() => expect(Hold.letGo).toHaveLength(2));
  await mesh.cancel(agentId, next, 'no longer needed');
  expect((await eventually(() => mesh.resultOf(last))).error?.code).toBe('OUT_OF_SEQUENCE');
  expect([first, next].map((task) => mesh.resultOf(task).outcome)).toEqual(['completed', 'canceled']);
  expect(Hold.letGo).toHaveLength(2);
});

test('one that comes after the end of the other begins at once, or comes back', async () => {
  const first = assignment('test.echo', 'P');
  await mesh.assign(agentId, first);
  await eventually(() => mesh.resultOf(first));
  const [next, orphan] = [first.token, assignment('test.echo', 'elsewhere').token].map((after) =>
    assignment('test.echo', 'F', { after }),
  ) as [typeof first, typeof first];
  await mesh.assign(agentId, next, orphan);
  expect(await eventually(() => mesh.resultOf(next))).toMatchObject({ outcome: 'completed', output: 'F' });
  expect((await eventually(() => mesh.resultOf(orphan))).error?.code).toBe('OUT_OF_SEQUENCE');
});
