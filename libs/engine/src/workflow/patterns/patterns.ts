import { type GrowingPattern } from './pattern';

/** Every pattern whose children are known only while it runs. */
export const growingPatterns: readonly GrowingPattern[] = [];
