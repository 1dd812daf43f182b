/** Ids are UUIDv7 strings, branded so that one kind is never taken for another. They are made at the edge. */
declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type TaskId = Branded<'TaskId'>;
export type AgentId = Branded<'AgentId'>;
export type HostId = Branded<'HostId'>;
export type WorkflowId = Branded<'WorkflowId'>;
export type UserId = Branded<'UserId'>;
/** Unguessable per attempt: fences the results of attempts that were given to somebody else (I3). */
export type AttemptToken = Branded<'AttemptToken'>;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/** Whether text has the shape of a UUID of any version. */
export function isUuid(text: unknown): text is string {
  return typeof text === 'string' && UUID.test(text);
}
