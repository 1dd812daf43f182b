import { type Strategy } from './strategy';

/** Anybody, each with the same chance. */
export const random: Strategy = (_candidate, moment) => moment.chance();
