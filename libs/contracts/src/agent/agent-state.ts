/** The states of an agent instance. A replaced agent is a new incarnation with a new id. */
export const agentStates = ['created', 'initializing', 'idle', 'running', 'paused', 'error', 'terminated'] as const;
export type AgentState = (typeof agentStates)[number];
