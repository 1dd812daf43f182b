export { Capability } from './capability/capability';
export type { AnyCapability, CapabilityExtras } from './capability/capability';
export type { TaskContext } from './capability/task-context';
export { TaskFailure } from './capability/task-failure';
export { AttemptAborted } from './runner/task-run';
export type { AgentOptions } from './agent-options';
export { runAgent } from './run-agent';
export { MeshClient } from './client/mesh-client';
export type { MeshClientOptions } from './client/mesh-client';
