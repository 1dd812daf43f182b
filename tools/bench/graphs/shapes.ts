import { cyberShake } from './cyber-shake';
import { epigenomics } from './epigenomics';
import { inspiral } from './inspiral';
import { montage } from './montage';
import { sipht } from './sipht';
import { type TaskGraph } from './task-graph';

/**
 * Shapes of scientific workflows as in Bharathi et al., Characterization of Scientific Workflows (2008), with about as
 * many tasks as asked for, never more; 50 and up.
 */
export const shapes: Readonly<Record<string, (tasks: number) => TaskGraph>> = {
  montage,
  epigenomics,
  'cyber-shake': cyberShake,
  inspiral,
  sipht,
};
