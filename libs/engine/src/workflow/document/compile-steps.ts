import { compileTemplate, type Template } from '../expressions/template';
import { compileNode, type NodeDraft } from './compile-node';
import { below, type Compiling, type StepEntry, type StepList } from './compiling';
import { findCycles, sortByNeeds, stepsBehind } from './cycles';
import { type GraphNode, type StepGraph } from './graph';
import { look, type Sight } from './sight';
import { weightOf } from './weight';

/** Compiles a list of steps to a graph. Faults are reported; a graph with faults must not be run. */
export function compileSteps(compiling: Compiling, list: StepList): StepGraph {
  const indexOf = registerIds(compiling, list);
  const sightWith = (needs: Set<number>): Sight => ({
    ...list.outer,
    level: { indexOf, needs, outer: list.outer.level },
  });
  const drafts = list.entries.map((entry, index) => {
    const needs = new Set(list.inOrder && index > 0 ? [index - 1] : []);
    return compileNode(compiling, entry, sightWith(needs), needs);
  });
  const output = outputOf(compiling, list, sightWith(new Set()));
  const needs = drafts.map((draft) => [...draft.needs]);
  const dependents: number[][] = needs.map(() => []);
  needs.forEach((of, index) => of.forEach((need) => dependents[need]?.push(index)));
  const { order, stuck } = sortByNeeds(needs, dependents);
  for (const cycle of findCycles(needs, stuck)) reportCycle(compiling, list, cycle);
  const behind = stepsBehind(order, dependents, (index) => weightOf((drafts[index] as NodeDraft).node.body));
  const nodes = drafts.map(({ node }, index): GraphNode => {
    const edges = { needs: needs[index] as number[], dependents: dependents[index] as number[] };
    return { ...node, index, ...edges, stepsBehind: behind[index] as number };
  });
  return { nodes, indexOf, order, output, join: list.join };
}

function registerIds(compiling: Compiling, { entries }: StepList): Map<string, number> {
  const indexOf = new Map<string, number>();
  entries.forEach(({ step, path }, index) => {
    const id: unknown = step.id;
    if (typeof id !== 'string') return;
    const first = indexOf.get(id);
    if (first === undefined) indexOf.set(id, index);
    else compiling.fault(below(path, 'id'), `${id} is already the id of ${entries[first]?.path}`);
  });
  return indexOf;
}

function outputOf(compiling: Compiling, list: StepList, sight: Sight): Template | undefined {
  if (list.output === undefined) return undefined;
  return look(compileTemplate(list.output), list.outputPath, sight, compiling);
}

function reportCycle(compiling: Compiling, { entries }: StepList, cycle: readonly number[]): void {
  const first = cycle[0] as number;
  const named = [...cycle, first].map((index) => nameOf(entries[index] as StepEntry));
  compiling.fault(below((entries[first] as StepEntry).path, 'needs'), `is part of a cycle: ${named.join(' needs ')}`);
}

/** A step whose id was refused may still stand in a cycle: in a sequence each needs the one before. */
function nameOf({ step, path }: StepEntry): string {
  const id: unknown = step.id;
  return typeof id === 'string' ? id : path;
}
