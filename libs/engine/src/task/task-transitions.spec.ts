import { finalTaskStates, taskStates } from '@baton/contracts';
import { isTaskTransition } from './task-transitions';

test('a task is born queued or scheduled', () => {
  expect(taskStates.filter((state) => isTaskTransition(null, state))).toEqual(['scheduled', 'queued']);
});

test('a final state is left only by a request to try again, and completed never', () => {
  for (const from of finalTaskStates) {
    const next = taskStates.filter((to) => isTaskTransition(from, to));
    expect(next).toEqual(from === 'completed' ? [] : ['queued']);
  }
});

test('every state that is not final can be canceled', () => {
  const open = taskStates.filter((state) => !(finalTaskStates as readonly string[]).includes(state));
  expect(open.filter((state) => !isTaskTransition(state, 'canceled'))).toEqual([]);
});
