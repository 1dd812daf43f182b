import { type Chance } from '../../chaos/schedule/seeded';
import { type TaskGraph } from './task-graph';

const SHORTEST_MS = 5;
const LONGEST_MS = 200;
/** Of the logarithm: two thirds of the tasks of a type lie within a factor of 1.5 of its median. */
const SPREAD = 0.4;
const MEDIAN_MS = 25;

/** Types that are known to be short or long beside the others of their workflow; in milliseconds. */
const medians: Readonly<Record<string, number>> = {
  mDiffFit: 12,
  mConcatFit: 120,
  mBgModel: 180,
  mAdd: 150,
  mShrink: 60,
  filterContams: 10,
  sol2sanger: 8,
  map: 70,
  mapMerge: 40,
  mapMergeAll: 90,
  ExtractSGT: 110,
  SeismogramSynthesis: 45,
  PeakValCalc: 6,
  ZipSeis: 120,
  ZipPSA: 100,
  Inspiral: 80,
  InspiralAgain: 80,
  Thinca: 8,
  ThincaAgain: 8,
  TrigBank: 6,
  Patser: 6,
  Findterm: 110,
  Blast: 120,
  SRNA: 60,
};

/** How long each task takes, in whole milliseconds: lognormal around the median of its type, 5 to 200. */
export function lengthsOf(graph: TaskGraph, chance: Chance): ReadonlyMap<string, number> {
  return new Map(
    graph.map(({ id, type }) => {
      const length = (medians[type] ?? MEDIAN_MS) * Math.exp(SPREAD * normal(chance));
      return [id, Math.round(Math.min(LONGEST_MS, Math.max(SHORTEST_MS, length)))];
    }),
  );
}

/** Box and Muller. */
function normal(chance: Chance): number {
  return Math.sqrt(-2 * Math.log(1 - chance.next())) * Math.cos(2 * Math.PI * chance.next());
}
