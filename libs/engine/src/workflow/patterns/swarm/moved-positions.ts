import { type JsonObject, type JsonValue } from '@baton/contracts';
import { type Flight, type Position } from './flight';
import { told } from './swarm-plan';

/** What a user's own move gets to know of each particle. */
export function particlesView({ particles }: Flight, sign: 1 | -1): JsonObject[] {
  return particles.map(({ position, loss, best, bestLoss }) => ({
    position,
    fitness: fitnessOf(loss, sign),
    best: Number.isFinite(bestLoss) ? { position: best, fitness: bestLoss * sign } : null,
  }));
}

function fitnessOf(loss: number, sign: number): number | null {
  return Number.isFinite(loss) ? loss * sign : null;
}

/** The positions a user's own move gave, or what is wrong with them. */
export function readPositions(output: JsonValue, population: number, dimensions: number): Position[] | string {
  const positions = (output as { positions?: JsonValue } | null)?.positions ?? null;
  if (!Array.isArray(positions) || positions.length !== population) {
    return `gave ${told(output)}: it must give { positions }, a list of ${population}, one per particle`;
  }
  const wrong = positions.findIndex((position) => !isPosition(position, dimensions));
  if (wrong < 0) return positions as Position[];
  return `gave ${told(positions[wrong] as JsonValue)} as positions[${wrong}]: it must be a list of ${dimensions} numbers`;
}

function isPosition(position: JsonValue, dimensions: number): boolean {
  return Array.isArray(position) && position.length === dimensions && position.every((at) => Number.isFinite(at));
}
