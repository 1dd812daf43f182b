import { GraphBuilder, type TaskGraph, times } from './task-graph';

/** Mosaics of the sky: images are projected, overlaps compared in pairs, all of them fitted at once, then put together. */
export function montage(tasks: number): TaskGraph {
  const graph = new GraphBuilder();
  const images = Math.max(3, Math.round((tasks - 6) / 6));
  const overlaps = tasks - 6 - 2 * images;
  const projected = times(images, () => graph.add('mProject'));
  const compared = times(overlaps, (index) => {
    const one = index % images;
    const other = (one + 1 + (Math.floor(index / images) % (images - 1))) % images;
    return graph.add('mDiffFit', [projected[one], projected[other]] as string[]);
  });
  const fitted = graph.add('mConcatFit', compared);
  const model = graph.add('mBgModel', [fitted]);
  const corrected = projected.map((image) => graph.add('mBackground', [model, image]));
  const table = graph.add('mImgtbl', corrected);
  const mosaic = graph.add('mAdd', [table, ...corrected]);
  graph.add('mJPEG', [graph.add('mShrink', [mosaic])]);
  return graph.tasks;
}
