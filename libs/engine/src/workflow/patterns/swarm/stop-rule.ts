import { type SwarmPlan } from './swarm-plan';

export type Stopped = 'target' | 'converged' | 'rounds' | 'evaluations';

/** When a swarm has done enough; see Swarm.stop. Rounds are told to it in their order. */
export class StopRule {
  private mark = Infinity;
  private idle = 0;

  constructor(private readonly plan: SwarmPlan) {}

  /** How many of the particles of a round are evaluated: the last round may be a part of one. */
  room(round: number): number {
    const { space, evaluations } = this.plan;
    return Math.max(0, Math.min(space.population, evaluations - round * space.population));
  }

  reached(loss: number): boolean {
    const { target, sign } = this.plan;
    return target !== undefined && loss <= sign * target;
  }

  /** After round `round`, the best so far having this loss. */
  after(round: number, loss: number): Exclude<Stopped, 'target'> | undefined {
    this.watch(loss);
    if (this.idle >= this.plan.patience) return 'converged';
    if (round + 1 >= this.plan.rounds) return 'rounds';
    return this.room(round + 1) === 0 ? 'evaluations' : undefined;
  }

  /** Small gains add up: what counts is the way since the last gain that was large enough. */
  private watch(loss: number): void {
    if (this.mark - loss > this.plan.gain) {
      this.mark = loss;
      this.idle = 0;
    } else this.idle += 1;
  }
}
