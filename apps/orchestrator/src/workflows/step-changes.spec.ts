import { type TaskId } from '@baton/contracts';
import { type Unit, type WorkflowCommand, type WorkflowEvent } from '@baton/engine';
import { notesOf, stepChanges } from './step-changes';

const now = new Date('2026-01-01T00:00:00Z');
const before = new Date('2025-12-31T00:00:00Z');
const error = { code: 'BOOM', message: 'boom', retryable: false };
const unit = (key: string, more: Partial<Unit>): Unit =>
  ({
    key,
    state: 'running',
    taskId: null,
    attempts: 0,
    error: null,
    startedAt: now,
    finishedAt: null,
    ...more,
  }) as Unit;
const go: WorkflowEvent = { kind: 'continue' };
const of = (units: Unit[], commands: WorkflowCommand[] = [], event: WorkflowEvent = go) =>
  stepChanges({ changed: new Set(units), commands }, event, now);
const command = (kind: 'submit-task' | 'cancel-task', key: string) => ({ kind, key }) as WorkflowCommand;
const told = (units: Unit[], commands: WorkflowCommand[] = [], event: WorkflowEvent = go) =>
  notesOf(of(units, commands, event)).map(({ key, what }) => `${key} ${what}`);

test('what was started or has ended now is a change; what was remembered of it is none', () => {
  const changes = of([
    unit('wait', {}),
    unit('old', { startedAt: before }),
    unit('pending', { startedAt: null, state: 'pending' }),
    unit('over', { startedAt: before, finishedAt: now, state: 'completed' }),
    unit('long-over', { startedAt: before, finishedAt: before, state: 'completed' }),
  ]);
  expect(changes.map(({ key, state }) => [key, state])).toEqual([
    ['wait', 'running'],
    ['over', 'completed'],
  ]);
});

test('the audit of the run tells what no task does, and why it failed', () => {
  const failed = unit('sub', { startedAt: before, finishedAt: now, state: 'failed', error });
  expect(notesOf(of([unit('wait', {}), failed]))).toEqual([
    { key: 'wait', what: 'step.running', details: {} },
    { key: 'sub', what: 'step.failed', details: { code: 'BOOM', message: 'boom' } },
  ]);
});

test('what a task tells is not told twice', () => {
  const taskId = 't1' as TaskId;
  expect(told([unit('a', { state: 'queued', taskId })], [command('submit-task', 'a')])).toEqual([]);
  const canceled = unit('a', { state: 'canceled', taskId, startedAt: before, finishedAt: now });
  expect(told([canceled], [command('cancel-task', 'a')])).toEqual([]);
  const ended = { kind: 'task-ended', key: 'a', state: 'completed' } as WorkflowEvent;
  expect(told([unit('a', { state: 'completed', taskId, finishedAt: now })], [], ended)).toEqual([]);
});

test('a step that went another way than its task says so', () => {
  const ended = { kind: 'task-ended', key: 'a', state: 'completed' } as WorkflowEvent;
  expect(told([unit('a', { state: 'failed', finishedAt: now })], [], ended)).toEqual(['a step.failed']);
  expect(told([unit('b', { state: 'skipped', startedAt: null, finishedAt: now })], [], ended)).toEqual([
    'b step.skipped',
  ]);
});
