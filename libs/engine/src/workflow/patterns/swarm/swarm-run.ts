import { type JsonObject, type JsonValue, type TaskError } from '@baton/contracts';
import { hasEnded } from '../ended-child';
import { type ChildPlan, type PatternChild, type PatternGiven, type PatternMove, type PatternRun } from '../pattern';
import { type Find, isBetter, viewOf } from './best-find';
import { Flight, type Particle } from './flight';
import { particlesView, readPositions } from './moved-positions';
import { StopRule, type Stopped } from './stop-rule';
import { type SwarmPlan, told } from './swarm-plan';

/**
 * One swarm. A round is over when each of its evaluations is final; a later round that was begun says so too. Everything
 * it knows follows from seed and children, so that a restart goes through the rounds once more and stands where it stood.
 */
export class SwarmRun implements PatternRun {
  private readonly flight: Flight;
  private readonly rule: StopRule;
  private readonly width: number;
  /** The best after each round. */
  private readonly history: (number | null)[] = [];
  private round = 0;
  private best: Find | undefined;
  /** What the particles of this round are told: the best as the round began. */
  private known: Find | undefined;
  private evaluations = 0;
  /** Of this round: those that have ended, whether one had a fitness, and why the last one had none. */
  private taken = new Set<number>();
  private worth = false;
  private flaw: TaskError | undefined;

  constructor(
    private readonly swarm: SwarmPlan,
    private readonly given: PatternGiven,
  ) {
    this.flight = new Flight(swarm.space);
    this.rule = new StopRule(swarm);
    this.width = swarm.space.population + (swarm.moved ? 1 : 0);
  }

  get interim(): JsonValue {
    if (this.best === undefined) return null;
    return { ...viewOf(this.best), round: this.round, evaluations: this.evaluations };
  }

  begin(): Promise<PatternMove> {
    return this.goOn();
  }

  async ended(child: PatternChild): Promise<PatternMove> {
    const particle = child.index - this.round * this.width;
    if (particle < 0 || particle >= this.width) return {};
    const before = this.best;
    if (particle < this.swarm.space.population) await this.take(particle, child);
    const news = this.best === before ? {} : this.tell();
    return this.hasReached() || this.isOver() ? { ...news, ...(await this.goOn()) } : news;
  }

  plan(index: number): ChildPlan {
    const particle = index % this.width;
    const round = this.round;
    const best = viewOf(this.known);
    const position = this.flight.particles[particle]?.position;
    if (position !== undefined) return { part: 0, variables: { position, best, round } };
    const bounds = this.swarm.space.bounds as unknown as JsonValue;
    const particles = particlesView(this.flight, this.swarm.sign);
    return { part: 1, variables: { particles, best: viewOf(this.best), bounds, round } };
  }

  /** Takes in what has ended and goes from round to round until there is something to wait for. */
  private async goOn(): Promise<PatternMove> {
    for (;;) {
      await this.takeRound();
      if (this.hasReached()) return this.finish('target');
      if (!this.isOver()) return this.evaluate();
      const end = this.judge() ?? this.move();
      if (end !== undefined) return end;
    }
  }

  private async takeRound(): Promise<void> {
    for (let particle = 0; particle < this.rule.room(this.round); particle += 1) {
      const child = this.given.children[this.round * this.width + particle];
      if (child && hasEnded(child)) await this.take(particle, child);
    }
  }

  private async take(particle: number, child: PatternChild): Promise<void> {
    if (this.taken.has(particle)) return;
    this.taken.add(particle);
    this.evaluations += 1;
    const fitness = await this.fitnessOf(child);
    if (fitness === undefined) return;
    this.worth = true;
    const loss = fitness * this.swarm.sign;
    this.flight.learn(particle, loss);
    const { position } = this.flight.particles[particle] as Particle;
    const find = { position, fitness, loss, round: this.round, particle };
    if (isBetter(find, this.best)) this.best = find;
  }

  private async fitnessOf(child: PatternChild): Promise<number | undefined> {
    if (child.state !== 'completed') {
      this.flaw = child.error ?? failure(`An evaluation was ${child.state}.`);
      return undefined;
    }
    const found = this.swarm.weighed
      ? await this.given.evaluate('fitness', { output: child.output })
      : { ok: true as const, value: (child.output as { fitness?: JsonValue } | null)?.fitness ?? null };
    if (found.ok && typeof found.value === 'number') return found.value;
    this.flaw = found.ok ? failure(`The fitness is ${told(found.value)}, not a number.`) : found.error;
    return undefined;
  }

  /** Does not wait for the rest of the round. */
  private hasReached(): boolean {
    return this.best !== undefined && this.rule.reached(this.best.loss);
  }

  private isOver(): boolean {
    return this.taken.size === this.rule.room(this.round) || this.isBuiltOn();
  }

  /** A retry of the run makes what failed pending again: in a round that others were built on it stays without worth. */
  private isBuiltOn(): boolean {
    const { children } = this.given;
    for (let index = this.round * this.width + this.swarm.space.population; index < children.length; index += 1) {
      if ((children[index] as PatternChild).state !== 'pending') return true;
    }
    return false;
  }

  private evaluate(): PatternMove {
    const first = this.round * this.width;
    const room = this.rule.room(this.round);
    const open = Array.from({ length: room }, (_, particle) => particle).filter(
      (particle) => !this.taken.has(particle),
    );
    return { grow: first + room, start: open.map((particle) => first + particle) };
  }

  /** What ends the swarm after this round; nothing ends a round that others were built on. */
  private judge(): PatternMove | undefined {
    if (this.history.length > this.round) return undefined;
    if (!this.worth && !this.isBuiltOn()) return this.worthless();
    this.history.push(this.best?.fitness ?? null);
    const stopped = this.rule.after(this.round, this.best?.loss ?? Infinity);
    return stopped && !this.isBuiltOn() ? this.finish(stopped) : undefined;
  }

  private worthless(): PatternMove {
    const message = `No evaluation of round ${this.round} of the swarm gave a fitness; the last: ${this.flaw?.message}`;
    return this.fail({ code: 'SWARM_FAILED', message, retryable: false });
  }

  /** Into the next round; a move when that has to be waited for. */
  private move(): PatternMove | undefined {
    if (!this.swarm.moved) this.flight.moveOn(this.round + 1);
    else {
      const waiting = this.moveAsTold();
      if (waiting !== undefined) return waiting;
    }
    this.round += 1;
    this.known = this.best;
    this.taken = new Set();
    this.worth = false;
    return undefined;
  }

  private moveAsTold(): PatternMove | undefined {
    const index = this.round * this.width + this.swarm.space.population;
    const child = this.given.children[index];
    if (child?.state === 'completed') return this.place(child.output);
    if (child === undefined || !hasEnded(child)) return { grow: index + 1, start: [index] };
    const message = `The move of the swarm after round ${this.round} was not made: ${child.error?.message ?? child.state}`;
    return this.fail({ code: 'SWARM_MOVE_FAILED', message, retryable: false });
  }

  private place(output: JsonValue): PatternMove | undefined {
    const { population, bounds } = this.swarm.space;
    const positions = readPositions(output, population, bounds.length);
    if (typeof positions === 'string') {
      const message = `The move of the swarm after round ${this.round} ${positions}.`;
      return this.fail({ code: 'SWARM_MOVE_FAILED', message, retryable: false });
    }
    this.flight.place(positions);
    return undefined;
  }

  private tell(): PatternMove {
    const { channel } = this.swarm;
    return channel === undefined ? {} : { tell: { channel, data: this.interim } };
  }

  private finish(stopped: Stopped): PatternMove {
    if (stopped === 'target') this.history.push((this.best as Find).fitness);
    const details = { ...this.outcome(), stopped };
    const note = { what: stopped === 'converged' ? 'converged' : 'stopped', details };
    return { notes: [note], end: { state: 'completed', output: { ...details, history: this.history } } };
  }

  private fail(error: TaskError): PatternMove {
    const output = this.best && { ...this.outcome(), stopped: null, history: this.history };
    return { end: { state: 'failed', error, ...(output && { output }) } };
  }

  private outcome(): JsonObject {
    return { ...viewOf(this.best), rounds: this.round + 1, evaluations: this.evaluations };
  }
}

function failure(message: string): TaskError {
  return { code: 'SWARM_FAILED', message, retryable: false };
}
