import { GraphBuilder, type TaskGraph, times } from './task-graph';

const SEARCHES = ['Transterm', 'Findterm', 'RNAMotif', 'Blast'] as const;
const COMPARISONS = ['BlastSynteny', 'BlastCandidate', 'BlastQRNA', 'BlastParalogues', 'FFNParse'] as const;
/** Of a replicon: those, and what concatenates, finds and annotates. */
const BESIDES_MATCHES = SEARCHES.length + COMPARISONS.length + 3;
const OF_A_REPLICON = 30;

/** Searches bacteria for untranslated RNAs: for each replicon, many small matches beside a few long searches, then an annotation. */
export function sipht(tasks: number): TaskGraph {
  const graph = new GraphBuilder();
  const replicons = Math.max(1, Math.floor(tasks / OF_A_REPLICON));
  const matches = Math.floor(tasks / replicons) - BESIDES_MATCHES;
  for (let replicon = 0; replicon < replicons; replicon++) {
    const patsers = times(matches, () => graph.add('Patser'));
    const matched = graph.add('PatserConcat', patsers);
    const searches = SEARCHES.map((search) => graph.add(search));
    const found = graph.add('SRNA', searches);
    const compared = COMPARISONS.map((comparison) => graph.add(comparison, [found]));
    graph.add('SRNAAnnotate', [matched, found, ...compared]);
  }
  return graph.tasks;
}
