import { agentStates, type AgentState } from '@baton/contracts';
import { agentPath, agentTransitions, isAgentTransition } from './agent-transitions';

test.each([
  ['a new agent initializes, then idles', 'created', 'idle', ['initializing', 'idle']],
  ['nothing to do', 'idle', 'idle', []],
  ['a lost agent that returns initializes again', 'terminated', 'idle', ['initializing', 'idle']],
  ['from error only by initializing', 'error', 'idle', ['initializing', 'idle']],
  ['a paused one goes on', 'paused', 'running', ['idle', 'running']],
  ['nobody becomes new again', 'idle', 'created', undefined],
  ['an idle agent does not die in order to initialize', 'idle', 'initializing', ['error', 'initializing']],
] satisfies [string, AgentState, AgentState, AgentState[] | undefined][])('%s', (_rule, from, to, expected) => {
  expect(agentPath(from, to)).toEqual(expected);
});

test('every step of every path is legal', () => {
  for (const from of agentStates)
    for (const to of agentStates) {
      let at = from;
      for (const step of agentPath(from, to) ?? []) {
        expect(isAgentTransition(at, step)).toBe(true);
        at = step;
      }
    }
});

test('every present state may end', () => {
  for (const state of agentStates) if (state !== 'terminated') expect(agentTransitions[state]).toContain('terminated');
});
