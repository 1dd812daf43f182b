import { chance } from './chance';

/** The constriction of Clerc's standard particle swarm: 1 / (2 ln 2), and 1/2 + ln 2 towards each best. */
export const standardWeights: Weights = { inertia: 0.721, own: 1.193, social: 1.193 };

export interface Weights {
  readonly inertia: number;
  readonly own: number;
  readonly social: number;
}

export interface Space {
  readonly seed: number;
  readonly population: number;
  /** Lower and upper bound of each dimension. */
  readonly bounds: readonly (readonly [number, number])[];
  readonly weights: Weights;
}

export type Position = number[];

/** One particle. `loss` is what is to become small; Infinity: nothing is known. */
export interface Particle {
  position: Position;
  velocity: number[];
  loss: number;
  best: Position;
  bestLoss: number;
}

/** A particle learns from so many others on either side of it, so that a find spreads and does not call all at once. */
const NEIGHBOURS = 2;
/** Every third one scouts; the smallest swarm that has scouts. */
const SCOUTS = 3;
const SMALLEST_WITH_SCOUTS = 6;
/** Of the width of a dimension, in one round. */
const FASTEST = 0.5;
/** What is left of its speed after a particle has met a bound. */
const REBOUND = 0.5;

/**
 * Where the particles are, and how they move on. The same space and the same losses give the same flight. Most particles
 * fly by inertia, their own best and the best of their neighbours; every third one scouts along the differences between
 * the bests of others, which follows valleys that lie askew (see the ADR on swarms).
 */
export class Flight {
  readonly particles: Particle[];

  constructor(private readonly space: Space) {
    this.particles = Array.from({ length: space.population }, (_, index) => this.born(index));
  }

  /** What the particle found where it is now; the lower the better. */
  learn(index: number, loss: number): void {
    const particle = this.particles[index] as Particle;
    particle.loss = loss;
    if (loss >= particle.bestLoss) return;
    particle.bestLoss = loss;
    particle.best = particle.position;
  }

  /** Moves all into round `round`; the first one is 0. */
  moveOn(round: number): void {
    const finds = this.particles.map(({ best, bestLoss }) => ({ best, bestLoss }));
    const leader = lowest(finds, finds.keys());
    this.particles.forEach((particle, index) => {
      particle.loss = Infinity;
      if (this.scouts(index)) this.scout(particle, index, { round, finds, leader });
      else this.fly(particle, index, { round, finds, leader: lowest(finds, this.neighbours(index)) });
    });
  }

  /** Moves all to these positions, clamped to the bounds. */
  place(positions: readonly Position[]): void {
    this.particles.forEach((particle, index) => {
      particle.loss = Infinity;
      particle.position = (positions[index] as Position).map((at, dimension) => this.clamp(at, dimension));
    });
  }

  private born(index: number): Particle {
    const { seed, bounds } = this.space;
    const position = bounds.map(([low, high], d) => low + (high - low) * chance(seed, 0, index, 2 * d));
    const velocity = bounds.map(([low, high], d) => (high - low) * (chance(seed, 0, index, 2 * d + 1) - 0.5));
    return { position, velocity, loss: Infinity, best: position, bestLoss: Infinity };
  }

  private scouts(index: number): boolean {
    return this.space.population >= SMALLEST_WITH_SCOUTS && index % SCOUTS === 0;
  }

  private neighbours(index: number): number[] {
    const { population } = this.space;
    const reach = Math.min(NEIGHBOURS, Math.ceil((population - 1) / 2));
    return Array.from({ length: 2 * reach + 1 }, (_, at) => (index + at - reach + population) % population);
  }

  private fly(particle: Particle, index: number, { round, finds, leader }: Step): void {
    const { seed, weights, bounds } = this.space;
    const { position, velocity, best } = particle;
    const towards = (finds[leader] as Find).best;
    particle.position = bounds.map(([low, high], d) => {
      const at = position[d] as number;
      const own = weights.own * chance(seed, round, index, 2 * d) * ((best[d] as number) - at);
      const social = weights.social * chance(seed, round, index, 2 * d + 1) * ((towards[d] as number) - at);
      const limit = FASTEST * (high - low);
      const speed = clampTo(weights.inertia * (velocity[d] as number) + own + social, -limit, limit);
      const next = this.reflect(at + speed, d);
      velocity[d] = next === at + speed ? speed : -REBOUND * speed;
      return next;
    });
  }

  /** Differential evolution (current to best): what others differ by says in which direction, and how far, it pays. */
  private scout(particle: Particle, index: number, { round, finds, leader }: Step): void {
    const { seed, population, bounds } = this.space;
    const draw = (place: number): number => chance(seed, round, index, place);
    const after = 2 * bounds.length;
    const one = Math.floor(draw(after) * population);
    const other = (one + 1 + Math.floor(draw(after + 1) * (population - 1))) % population;
    const pull = draw(after + 2);
    const stretch = 0.4 + 0.5 * draw(after + 3);
    const [a, b, lead] = [finds[one], finds[other], finds[leader]].map((find) => (find as Find).best);
    const next = particle.best.map((at, d) => {
      const along = ((a as Position)[d] as number) - ((b as Position)[d] as number);
      return at + pull * (((lead as Position)[d] as number) - at) + stretch * along;
    });
    particle.position = next.map((at, d) => {
      const [low, high] = bounds[d] as readonly [number, number];
      return at >= low && at <= high ? at : low + (high - low) * draw(d);
    });
  }

  private reflect(at: number, dimension: number): number {
    const [low, high] = this.space.bounds[dimension] as readonly [number, number];
    return this.clamp(at < low ? 2 * low - at : at > high ? 2 * high - at : at, dimension);
  }

  private clamp(at: number, dimension: number): number {
    const [low, high] = this.space.bounds[dimension] as readonly [number, number];
    return clampTo(at, low, high);
  }
}

type Find = Pick<Particle, 'best' | 'bestLoss'>;

interface Step {
  readonly round: number;
  /** The bests of all as the round began. */
  readonly finds: readonly Find[];
  readonly leader: number;
}

function lowest(finds: readonly Find[], indexes: Iterable<number>): number {
  let found = -1;
  for (const index of indexes) {
    if (found < 0 || (finds[index] as Find).bestLoss < (finds[found] as Find).bestLoss) found = index;
  }
  return found;
}

function clampTo(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
