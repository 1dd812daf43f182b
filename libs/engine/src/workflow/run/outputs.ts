import { type JsonObject, type JsonValue } from '@baton/contracts';
import { type Frame, type Group, type Unit } from './unit';
import { isEnded, mustRunAgain, nodeOf } from './unit-state';

/** What has come of a unit whose output follows from what is inside it; undefined: it does not follow. */
export function derivedOutput({ inner }: Unit): JsonValue | undefined {
  if (inner === undefined) return undefined;
  return inner.kind === 'frame' ? outputOfFrame(inner) : outputOfGroup(inner);
}

/** Where no output is written: of a sequence that of the last step; else by id, of a whole workflow those nobody needs. */
function outputOfFrame({ graph, owner, units }: Frame): JsonValue | undefined {
  if (graph.output) return undefined;
  if (owner?.body.kind !== 'steps') return outputsOfLeaves(units);
  if (owner.body.pattern === 'sequential') return (units.at(-1) as Unit).output;
  return byId(units);
}

/** What the steps gave that nobody needs, by id. */
export function outputsOfLeaves(units: readonly Unit[]): JsonObject {
  return byId(units.filter((unit) => nodeOf(unit).dependents.length === 0));
}

function byId(units: readonly Unit[]): JsonObject {
  return Object.fromEntries(units.map((unit) => [nodeOf(unit).id, unit.output]));
}

function outputOfGroup({ body, units }: Group): JsonValue | undefined {
  return body.pattern.outputOf?.(units, body.document);
}

/** What the row of the unit must hold: what neither its task nor what is inside it tells. */
export function keptOutput(unit: Unit): JsonValue {
  if (unit.body.kind === 'task') return null;
  return derivedOutput(unit) === undefined ? unit.output : null;
}

/** The best answer of a pattern that is still at work; of one that is opened again after a restart: null. */
export function outputSoFar({ inner, output }: Unit): JsonValue {
  return inner?.kind === 'group' && inner.run ? inner.run.interim : output;
}

/** What there is of a unit that is stopped before its end. */
export function partialOutput(unit: Unit): JsonValue {
  return derivedOutput(unit) ?? outputSoFar(unit);
}

/** A late receipt shows in the partial outputs of what is around it. */
export function refreshAround(unit: Unit): void {
  for (let { owner } = unit.holder; owner && isEnded(owner); owner = owner.holder.owner) {
    owner.output = derivedOutput(owner) ?? owner.output;
  }
}

/** Whether a retry of the run would come to this unit: all around it has failed or was stopped. */
export function isWithinReachOfRetry(unit: Unit): boolean {
  for (let { owner } = unit.holder; owner; owner = owner.holder.owner) {
    if (isEnded(owner) && !mustRunAgain(owner)) return false;
  }
  return true;
}
