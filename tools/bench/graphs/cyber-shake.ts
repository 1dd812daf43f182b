import { GraphBuilder, type TaskGraph, times } from './task-graph';

const SYNTHESES_OF_ONE = 250;

/** Earthquake hazard: a few extractions, hundreds of seismograms from each, a peak value of each, two archives of all. */
export function cyberShake(tasks: number): TaskGraph {
  const graph = new GraphBuilder();
  const extracts = Math.max(2, Math.round(tasks / (2 * SYNTHESES_OF_ONE)));
  const ruptures = Math.floor((tasks - 2 - extracts) / 2);
  const extracted = times(extracts, () => graph.add('ExtractSGT'));
  const seismograms = times(ruptures, (index) =>
    graph.add('SeismogramSynthesis', [extracted[index % extracts] as string]),
  );
  const peaks = graph.each('PeakValCalc', seismograms);
  graph.add('ZipSeis', seismograms);
  graph.add('ZipPSA', peaks);
  return graph.tasks;
}
