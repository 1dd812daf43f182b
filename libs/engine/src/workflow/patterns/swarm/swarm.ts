import { type NamelessStep, type Swarm } from '@baton/contracts';
import { type GrowingPattern, type PatternPart } from '../pattern';
import { termsOf } from '../terms-of';
import { planSwarm } from './swarm-plan';
import { SwarmRun } from './swarm-run';

/**
 * A population explores in rounds. Child `round × (population [+ 1]) + particle` is one evaluation; the one more is the
 * user's own move, when there is one. A failed evaluation counts as none. The output is
 * `{ position, fitness, rounds, evaluations, stopped, history }`, `history` being the best after each round.
 */
export const swarm: GrowingPattern = {
  name: 'swarm',
  params: ['population', 'bounds'],
  parts(step) {
    const document = step as NamelessStep & Swarm;
    return document.move !== undefined && 'capability' in document.move
      ? [evaluation(document), moving(document, document.move.capability)]
      : [evaluation(document)];
  },
  expressions(step) {
    const { fitness } = step as NamelessStep & Swarm;
    return fitness === undefined ? [] : [{ path: 'fitness', source: fitness, variables: ['output'] }];
  },
  open(given) {
    const planned = planSwarm(given.step, given.params, given.key);
    return planned.ok ? { ok: true, run: new SwarmRun(planned.plan, given) } : planned;
  },
};

function evaluation(step: Swarm): PatternPart {
  const { capability, input = { position: '${{ position }}' } } = step;
  return { path: '', step: { capability, input, ...termsOf(step) }, variables: ['position', 'best', 'round'] };
}

function moving({ retry, priority }: Swarm, capability: string): PatternPart {
  const variables = ['particles', 'best', 'bounds', 'round'];
  const input = Object.fromEntries(variables.map((name) => [name, `\${{ ${name} }}`]));
  const terms = { ...(retry && { retry }), ...(priority !== undefined && { priority }) };
  return { path: 'move', step: { capability, input, ...terms } satisfies NamelessStep, variables };
}
