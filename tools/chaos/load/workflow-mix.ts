import { type JsonValue } from '@baton/contracts';
import { type Chance } from '../schedule/seeded';

export interface WorkflowOrder {
  readonly kind: 'workflow';
  readonly body: object;
  /** What the run must give: none of its steps can fail for good, and nothing in it depends on who does what when. */
  readonly output: JsonValue;
}

type Made = Pick<WorkflowOrder, 'output'> & { readonly definition: object };

const sleep = (id: string, ms: number, needs: readonly string[] = []): object => ({
  id,
  capability: 'probe.sleep',
  input: { ms },
  needs,
});

/** What the n-th submission of a run asks for, when it is a workflow: of every kind of step and pattern some. Pure. */
export function workflowOrder(chance: Chance, n: number): WorkflowOrder {
  const make = chance.pick([graph, waits, nested, pipeline, quorum, consensus, auction, swarm]);
  const { definition, output } = make(chance, n);
  return { kind: 'workflow', body: { name: `chaos-${n}`, definition, start: true }, output };
}

/** Four steps, two of them side by side, and one for each of three items. */
function graph(_chance: Chance, n: number): Made {
  const each = { id: 'each', forEach: 'input.items', needs: ['left', 'right'] };
  const steps = [
    sleep('first', 20),
    sleep('left', 50, ['first']),
    sleep('right', 120, ['first']),
    { ...each, capability: 'probe.echo', input: '${{ item + input.n }}' },
  ];
  const output = '${{ steps.each.output.echo }}';
  return {
    definition: { name: 'chaos-graph', input: { items: [1, 2, 3], n }, steps, output },
    output: [n + 1, n + 2, n + 3],
  };
}

/** A timer, and a signal that never comes. */
function waits(chance: Chance, n: number): Made {
  const steps = [
    { id: 'rest', wait: { seconds: chance.between(1, 20) / 10 } },
    { id: 'call', wait: { signal: 'never', onTimeout: 'continue' }, timeoutSeconds: 1, needs: ['rest'] },
    { id: 'last', capability: 'probe.echo', input: { n, heard: '${{ steps.call.output }}' } },
  ];
  const output = '${{ steps.last.output.echo }}';
  return { definition: { name: 'chaos-waits', steps, output }, output: { n, heard: null } };
}

/** A sequence with a wait in it for each item, all beside another. */
function nested(_chance: Chance, n: number): Made {
  const inner = [
    sleep('work', 30),
    { id: 'rest', wait: { seconds: 0.1 } },
    { id: 'twice', capability: 'probe.echo', input: '${{ item * 2 }}' },
  ];
  const each = { id: 'each', forEach: 'input.items', concurrency: 2, pattern: 'sequential', steps: inner };
  const around = { id: 'around', pattern: 'parallel', steps: [each, sleep('beside', 200)] };
  const output = '${{ $sum(steps.around.output.each.echo) + input.n }}';
  const definition = { name: 'chaos-nested', input: { items: [1, 2, 3, 4], n }, steps: [around], output };
  return { definition, output: 20 + n };
}

function pipeline(chance: Chance, n: number): Made {
  const stages = [
    { capability: 'probe.echo', concurrency: 2, input: '${{ item }}' },
    { capability: 'probe.sleep', buffer: 1, input: { ms: chance.between(5, 60) } },
    { capability: 'probe.echo', concurrency: 3, input: '${{ item + index }}' },
  ];
  const items = Array.from({ length: 6 }, (_, index) => n + index);
  const step = { id: 'stream', pattern: 'pipeline', items: 'input.items', stages };
  const output = '${{ steps.stream.output.echo }}';
  const definition = { name: 'chaos-pipeline', input: { items }, steps: [step], output };
  return { definition, output: items.map((item, index) => item + index) };
}

/** One of three is so slow that it is canceled. */
function quorum(_chance: Chance, n: number): Made {
  const echo = (id: string): object => ({ id, capability: 'probe.echo', input: n });
  const steps = [echo('one'), echo('two'), sleep('slow', 120_000)];
  const step = { id: 'join', pattern: 'parallel', join: { quorum: 2 }, steps };
  const output = { slow: '${{ steps.join.output.slow }}', sum: '${{ $sum(steps.join.output.*.echo) }}' };
  return { definition: { name: 'chaos-quorum', steps: [step], output }, output: { slow: null, sum: 2 * n } };
}

function consensus(_chance: Chance, n: number): Made {
  const definition = {
    name: 'chaos-consensus',
    pattern: 'consensus',
    agents: 2,
    decide: 'unanimous',
    capability: 'probe.echo',
    input: n,
    output: '${{ steps.consensus.output.decision.echo }}',
  };
  return { definition, output: n };
}

function auction(_chance: Chance, n: number): Made {
  const step = { id: 'sold', pattern: 'auction', capability: 'probe.echo', input: n, windowSeconds: 1 };
  const output = '${{ steps.sold.output.output.echo }}';
  return {
    definition: { name: 'chaos-auction', steps: [{ ...step, calls: 3, onNoBids: 'dispatch' }], output },
    output: n,
  };
}

function swarm(_chance: Chance, n: number): Made {
  const step = {
    id: 'fly',
    pattern: 'swarm',
    population: 4,
    bounds: [[-5, 5]],
    capability: 'probe.echo',
    input: '${{ position[0] }}',
    fitness: 'output.echo * output.echo',
    stop: { rounds: 3 },
    seed: n,
  };
  const output = '${{ steps.fly.output.evaluations }}';
  return { definition: { name: 'chaos-swarm', steps: [step], output }, output: 12 };
}
