import { type JsonObject, type JsonValue, type NamelessStep, type StepState, type Swarm } from '@baton/contracts';
import { type Evaluation, type PatternChild, type PatternMove, type PatternRun } from '../pattern';
import { swarm } from './swarm';

type Child = { -readonly [Field in keyof PatternChild]: PatternChild[Field] };

const now = new Date('2026-01-01T00:00:00Z');

export function rastrigin(position: readonly number[]): number {
  return position.reduce((sum, at) => sum + at * at - 10 * Math.cos(2 * Math.PI * at) + 10, 0);
}

export function rosenbrock(position: readonly number[]): number {
  return position.slice(1).reduce((sum, next, index) => {
    const at = position[index] as number;
    return sum + 100 * (next - at * at) ** 2 + (1 - at) ** 2;
  }, 0);
}

export interface Script extends Partial<Omit<Swarm, 'pattern' | 'population' | 'bounds'>> {
  readonly population?: JsonValue;
  readonly bounds?: JsonValue;
  /** Of the run: what seeds come from. */
  readonly key?: string;
  readonly evaluate?: (path: string, variables: JsonObject) => Evaluation;
}

export function openSwarm(script: Script, children: readonly PatternChild[] = []) {
  const { population = 4, bounds = [[-5, 5]], key = 'run/swarm', evaluate, ...step } = script;
  const document = { pattern: 'swarm', capability: 'probe', ...step } as NamelessStep;
  return swarm.open({
    key,
    params: { population, bounds },
    step: document,
    failFast: true,
    children,
    memo: null,
    evaluate: (path, variables) => Promise.resolve((evaluate as Required<Script>['evaluate'])(path, variables)),
  });
}

/** Plays the engine for one swarm: keeps its children, applies its moves, and can take it up again from them. */
export class PlayedSwarm {
  readonly moves: PatternMove[] = [];
  end: PatternMove['end'];
  run!: PatternRun;

  constructor(
    readonly script: Script,
    readonly children: Child[] = [],
  ) {}

  async reopen(): Promise<this> {
    const opened = openSwarm(this.script, this.children);
    this.run = (opened as Extract<typeof opened, { ok: true }>).run;
    this.apply(await this.run.begin(now));
    return this;
  }

  /** Started and not ended. */
  get active(): Child[] {
    return this.children.filter(({ state }) => state === 'queued');
  }

  positionOf(index: number): number[] {
    return this.run.plan(index).variables['position'] as number[];
  }

  async finish(index: number, output: JsonValue, state: StepState = 'completed'): Promise<PatternMove> {
    const child = this.children[index] as Child;
    const error = state === 'failed' ? { code: 'BOOM', message: 'boom', retryable: true } : null;
    Object.assign(child, { state, error, output });
    const move = await this.run.ended(child, now);
    this.apply(move);
    return move;
  }

  /** Evaluates round after round, in reverse order, until the end or so many rounds. */
  async play(fitness: (position: number[]) => number, rounds = Infinity): Promise<this> {
    for (let round = 0; round < rounds && this.end === undefined; round += 1) {
      const found = this.active.map(({ index }) => [index, fitness(this.positionOf(index))] as const);
      for (const [index, value] of found.reverse()) if (!this.end) await this.finish(index, { fitness: value });
    }
    return this;
  }

  private apply(move: PatternMove): void {
    this.moves.push(move);
    for (let index = this.children.length; index < (move.grow ?? 0); index += 1) {
      this.children.push({ index, state: 'pending', output: null, error: null, agent: null });
    }
    for (const index of move.start ?? []) {
      const child = this.children[index] as Child;
      if (child.state === 'pending') child.state = 'queued';
    }
    this.end = move.end ?? this.end;
  }
}
