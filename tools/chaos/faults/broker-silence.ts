import { brainCutOff } from './brain-cut-off';
import { type Fault } from './fault';

/** Half-open connections between the brain and the broker. */
export const brokerSilence: Fault = {
  kind: 'broker-silence',
  inflict: (scene, planned) => brainCutOff(scene, planned, 'broker'),
};
