import { brainCutOff } from './brain-cut-off';
import { type Fault } from './fault';

/** Half-open connections between the brain and the database: the lease runs out, the other one takes it. */
export const databaseSilence: Fault = {
  kind: 'database-silence',
  inflict: (scene, planned) => brainCutOff(scene, planned, 'database'),
};
