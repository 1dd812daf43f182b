/** Injection tokens of what is no class: types vanish at run time. */
export const CONFIG = Symbol('OrchestratorConfig');
export const LOGGER = Symbol('Logger');
export const BUS = Symbol('Bus');
export const TASK_DEFAULTS = Symbol('TaskDefaults');
/** The Brain of this process; a symbol so that rooms that only ask for its epoch need not import it. */
export const BRAIN = Symbol('Brain');
/** Makes the workflows of a term: see StartTermWorkflows. */
export const START_WORKFLOWS = Symbol('StartTermWorkflows');
export const TASK_METRICS = Symbol('TaskMetrics');
