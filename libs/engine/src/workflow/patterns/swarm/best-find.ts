import { type JsonObject } from '@baton/contracts';
import { type Position } from './flight';

/** The best position that any particle has found. */
export interface Find {
  readonly position: Position;
  readonly fitness: number;
  readonly loss: number;
  readonly round: number;
  readonly particle: number;
}

/** Of one round the same find wins in whichever order its particles end. */
export function isBetter(find: Find, than: Find | undefined): boolean {
  if (than === undefined || find.loss < than.loss) return true;
  return find.loss === than.loss && find.round === than.round && find.particle < than.particle;
}

/** As expressions see it. */
export function viewOf(find: Find | undefined): JsonObject | null {
  return find === undefined ? null : { position: find.position, fitness: find.fitness };
}
