import { type Strategy } from './strategy';

/** Whoever has waited longest for an assignment, however loaded. */
export const roundRobin: Strategy = ({ lastAssigned }) => -lastAssigned;
