import { type AgentId, type AttemptToken, type TaskFinished, type TaskId } from '@baton/contracts';
import { CapabilityCatalog } from '../intake/capability-catalog';
import { type Desk } from '../dispatch/desk';
import { OutputCheck } from './output-check';

const finished = (output: unknown, outcome: TaskFinished['outcome'] = 'completed'): TaskFinished => ({
  taskId: 't' as TaskId,
  agentId: 'a' as AgentId,
  attempt: 1,
  token: 'token' as AttemptToken,
  outcome,
  output: output as null,
  phases: {},
});
const number = { type: 'number' };

/** One attempt is out, with an agent that offers this version; undefined: it has left. */
function checkOf(version: string | undefined, known: Record<string, object | boolean>) {
  let loads = 0;
  const catalog = new CapabilityCatalog(() => {
    loads += 1;
    return Promise.resolve(
      Object.entries(known).map(([text, output]) => ({
        name: 'x.y',
        version: text,
        input: true,
        output: output as true,
      })),
    );
  });
  const row = { agentId: 'a', capability: 'x.y' };
  const desk = {
    held: { current: (id: string, token: string) => (id === 't' && token === 'token' ? { row } : undefined) },
    scheduler: { pool: { offer: () => (version === undefined ? undefined : { version }) } },
  } as unknown as Desk;
  return { check: new OutputCheck(desk, catalog), loads: () => loads };
}

test('the first result of a version waits for its schema, later ones do not', async () => {
  const { check, loads } = checkOf('1.0.0', { '1.0.0': number });
  await check.prepare(finished(1));
  expect(check.prepare(finished(1))).toBeUndefined();
  expect(check.refusal(finished(1))).toBeUndefined();
  expect(check.refusal(finished('1'))).toMatchObject({
    kind: 'failed',
    error: { code: 'OUTPUT_INVALID', retryable: false },
  });
  expect(loads()).toBe(1);
});

test.each<[string, object | boolean]>([
  ['true', true],
  ['the empty schema', {}],
  ['words about it alone', { $schema: 'http://json-schema.org/draft-07/schema#', title: 'any', description: 'thing' }],
])('%s takes everything', async (_what, schema) => {
  const { check } = checkOf('1.0.0', { '1.0.0': schema });
  await check.prepare(finished(1));
  expect(check.refusal(finished({ any: ['thing'] }))).toBeUndefined();
});

test('of an agent that has left, what fits one of the versions will do', async () => {
  const { check } = checkOf(undefined, { '1.0.0': number, '2.0.0': { type: 'string' } });
  await check.prepare(finished(1));
  expect([check.refusal(finished(1)), check.refusal(finished('1'))]).toEqual([undefined, undefined]);
  expect(check.refusal(finished([]))).toBeDefined();
});

test('what is no result of a current attempt, or did not complete, is not looked at', async () => {
  const { check } = checkOf('1.0.0', { '1.0.0': number });
  await check.prepare(finished(1));
  expect(check.refusal({ ...finished('x'), token: 'other' as AttemptToken })).toBeUndefined();
  expect(check.refusal(finished('x', 'failed'))).toBeUndefined();
});

test('a schema that cannot be compiled fails the attempt, and says why', async () => {
  const { check } = checkOf('1.0.0', { '1.0.0': { type: 'nonsense' } });
  await check.prepare(finished(1));
  expect(check.refusal(finished(1))).toMatchObject({
    error: { message: expect.stringContaining('cannot be checked') },
  });
});
