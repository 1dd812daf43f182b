import { GraphBuilder, type TaskGraph, times } from './task-graph';

const OF_A_GROUP = 5;

/** LIGO's search for inspirals: banks of templates, matched filters, coincidences of a group, and the same once more. */
export function inspiral(tasks: number): TaskGraph {
  const graph = new GraphBuilder();
  const groups = Math.max(1, Math.floor(tasks / (4 * OF_A_GROUP + 2)));
  for (let group = 0; group < groups; group++) {
    const banks = times(OF_A_GROUP, () => graph.add('TmpltBank'));
    const coincident = graph.add('Thinca', graph.each('Inspiral', banks));
    const triggered = times(OF_A_GROUP, () => graph.add('TrigBank', [coincident]));
    graph.add('ThincaAgain', graph.each('InspiralAgain', triggered));
  }
  return graph.tasks;
}
