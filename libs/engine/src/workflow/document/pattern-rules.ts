import { type Consensus, type Parallel, type Pattern, type Swarm } from '@baton/contracts';
import { below } from './compiling';
import { type Faults } from './sight';

/** What the fields of a pattern say together and cannot be; its shape has been checked. */
export function checkPattern(step: Pattern, path: string, faults: Faults): void {
  const fault = (field: string, message: string): void => faults.fault(below(path, field), message);
  if (step.pattern === 'parallel') checkJoin(step, fault);
  if (step.pattern === 'consensus') checkVotes(step, fault);
  if (step.pattern === 'swarm') checkSpace(step, fault);
}

type Fault = (field: string, message: string) => void;

function checkJoin({ join, steps }: Parallel, fault: Fault): void {
  if (typeof join !== 'object' || join.quorum <= steps.length) return;
  fault('join.quorum', `can never be reached: there are ${steps.length} steps`);
}

function checkVotes({ agents, decide }: Consensus, fault: Fault): void {
  if (typeof decide !== 'object' || decide.quorum <= agents) return;
  fault('decide.quorum', `can never be reached: there are ${agents} agents`);
}

function checkSpace({ bounds }: Swarm, fault: Fault): void {
  if (typeof bounds === 'string') return;
  bounds.forEach(([lower, upper], index) => {
    if (lower > upper) fault(`bounds[${index}]`, `is empty: ${lower} is over ${upper}; write [lower, upper]`);
  });
}
