import { type StepDocument } from '@baton/contracts';
import {
  type ChildPlan,
  type GrowingPattern,
  type PatternChild,
  type PatternGiven,
  type PatternMove,
  type PatternRun,
} from '../patterns/pattern';
import { needs, PlayedRun, step } from './play-run';

/** A pattern that does what the test says, and keeps what it was told. */
export class Puppet implements PatternRun {
  readonly told: string[] = [];
  interim = null as PatternRun['interim'];
  moves: Partial<Record<string, PatternMove>> = {};
  given!: PatternGiven;
  parts = (_index: number): number => 0;
  /** Children that are to follow others, by those. */
  after: Partial<Record<number, number>> = {};

  readonly pattern: GrowingPattern = {
    name: 'swarm',
    params: ['population'],
    parts: () =>
      ['first', 'second'].map((capability) => ({
        path: '',
        step: { capability, input: '${{ n }}' },
        variables: ['n'],
      })),
    expressions: () => [{ path: 'fitness', source: 'output', variables: ['output'] }],
    open: (given) => {
      this.given = given;
      this.told.push(`open ${given.children.map(({ state }) => state).join()}`);
      if (given.params['population'] === 0)
        return { ok: false, error: { code: 'NO', message: 'none', retryable: false } };
      return { ok: true, run: this };
    },
  };

  begin = (): PatternMove => this.tell('begin');
  ended = (child: PatternChild): PatternMove => this.tell(`${child.index} ${child.state}`);
  plan = (index: number): ChildPlan => {
    const after = this.after[index];
    return { part: this.parts(index), variables: { n: index * 10 }, ...(after !== undefined && { after }) };
  };
  woken? = (): PatternMove => this.tell('woken');
  bids? = (bids: readonly unknown[], closed: boolean): PatternMove => this.tell(`bids ${bids.length} ${closed}`);
  returned? = (child: PatternChild): PatternMove => this.tell(`${child.index} returned`);
  assigned? = (child: PatternChild): PatternMove => this.tell(`${child.index} assigned`);
  takenBack? = (child: PatternChild): void => void this.tell(`${child.index} taken back`);

  private tell(what: string): PatternMove {
    this.told.push(what);
    return this.moves[what] ?? {};
  }
}

export const grow3: PatternMove = { grow: 3, start: [0, 1] };

export function playing(puppet: Puppet, more: object = {}, document: object = {}): PlayedRun {
  const swarm = { id: 'p', pattern: 'swarm', capability: 'x', population: '${{ input.size }}', bounds: [[0, 1]] };
  const steps = [{ ...swarm, fitness: 'output', ...more } as StepDocument, step('after', needs('p'))];
  return new PlayedRun({ input: { size: 3 }, ...document, steps }, { patterns: [puppet.pattern] });
}
