import { type TaskRow, toTask, toTaskJson } from './task-row';

const row = {
  id: '0198b0a0-0000-7000-8000-000000000001',
  capability: 'probe.echo',
  priority: 5,
  state: 'failed',
  attempt: 2,
  agentId: null,
  phase: null,
  progress: 12.5,
  input: '{"big":12345678901234567890,"text":"\\u00e9\\"}"}',
  output: null,
  error: '{"code":"X","message":"no","retryable":false}',
  options: '{"tags":["a"],"metadata":{"k":1},"concurrencyKey":"c","concurrencyLimit":2,"spreadKey":"s"}',
  timeoutMs: 1500,
  maxRetries: 3,
  runAt: null,
  deadline: new Date('2026-02-03T04:05:06Z'),
  targetAgentId: null,
  idempotencyKey: null,
  workflowId: null,
  stepId: null,
  parentId: null,
  depth: 0,
  awaiting: null,
  children: null,
  cost: 1.5,
  quality: '{"confidence":0.5}',
  createdAt: new Date('2026-01-02T03:04:05Z'),
  assignedAt: null,
  startedAt: null,
  finishedAt: null,
} as unknown as TaskRow;

test('a row is the task of the contract, with what was left out filled in', () => {
  expect(toTask(row)).toMatchObject({
    timeoutSeconds: 1.5,
    tags: ['a'],
    metadata: { k: 1 },
    concurrencyLimit: 2,
    spreadKey: 's',
    fallback: [],
    retry: null,
    output: null,
    error: { code: 'X' },
    quality: { confidence: 0.5 },
    deadline: '2026-02-03T04:05:06.000Z',
  });
});

test('as text it is the same task, and its input is passed on letter by letter', () => {
  expect(JSON.parse(toTaskJson(row))).toEqual(toTask(row));
  expect(toTaskJson(row)).toContain('"big":12345678901234567890');
  expect(JSON.parse(toTaskJson({ ...row, output: '[1]', error: null }))).toMatchObject({ output: [1], error: null });
});
