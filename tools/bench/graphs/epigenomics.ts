import { GraphBuilder, type TaskGraph, times } from './task-graph';

const LANE_WIDTH = 24;

/** Maps DNA reads to a genome: lanes are split, each chunk goes through a chain of four, lanes merge, then all merge. */
export function epigenomics(tasks: number): TaskGraph {
  const graph = new GraphBuilder();
  const lanes = Math.max(1, Math.floor((tasks - 3) / (2 + 4 * LANE_WIDTH)));
  const chunks = Math.floor((tasks - 3 - 2 * lanes) / 4);
  const merged = times(lanes, (lane) => {
    const own = Math.floor(chunks / lanes) + (lane < chunks % lanes ? 1 : 0);
    const split = graph.add('fastqSplit');
    const filtered = times(own, () => graph.add('filterContams', [split]));
    const mapped = graph.each('map', graph.each('fast2bfq', graph.each('sol2sanger', filtered)));
    return graph.add('mapMerge', mapped);
  });
  const all = graph.add('mapMergeAll', merged);
  graph.add('pileup', [graph.add('maqIndex', [all])]);
  return graph.tasks;
}
