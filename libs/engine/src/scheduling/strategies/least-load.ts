import { type Strategy } from './strategy';

/** The share of its slots that is free: 1 for an idle agent. */
export const leastLoad: Strategy = ({ free, agent }) => free / agent.concurrency;
