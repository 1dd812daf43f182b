import { auction } from './auction/auction';
import { consensus } from './consensus/consensus';
import { forEach } from './for-each/for-each';
import { type GrowingPattern } from './pattern';
import { pipeline } from './pipeline/pipeline';
import { swarm } from './swarm/swarm';

/** Every pattern whose children are known only while it runs. */
export const growingPatterns: readonly GrowingPattern[] = [forEach, pipeline, consensus, auction, swarm];
