import { type AgentState } from '@baton/contracts';

/** The legal moves of an agent instance. `terminated → initializing` is the return of one that was taken for lost. */
export const agentTransitions: Readonly<Record<AgentState, readonly AgentState[]>> = {
  created: ['initializing', 'terminated'],
  initializing: ['idle', 'error', 'terminated'],
  idle: ['running', 'paused', 'error', 'terminated'],
  running: ['idle', 'paused', 'error', 'terminated'],
  paused: ['idle', 'error', 'terminated'],
  error: ['initializing', 'terminated'],
  terminated: ['initializing'],
};

export function isAgentTransition(from: AgentState, to: AgentState): boolean {
  return agentTransitions[from].includes(to);
}

/** The shortest legal way from one state to another, without the start; undefined when there is none. */
export function agentPath(from: AgentState, to: AgentState): readonly AgentState[] | undefined {
  const ways: { readonly at: AgentState; readonly way: readonly AgentState[] }[] = [{ at: from, way: [] }];
  const seen = new Set<AgentState>([from]);
  for (let next = ways.shift(); next; next = ways.shift()) {
    if (next.at === to) return next.way;
    for (const state of agentTransitions[next.at]) {
      // A way never leads through the end: nobody dies in order to change.
      if (seen.has(state) || (state === 'terminated' && to !== 'terminated')) continue;
      seen.add(state);
      ways.push({ at: state, way: [...next.way, state] });
    }
  }
  return undefined;
}
