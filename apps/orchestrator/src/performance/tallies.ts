import { type AgentOffer, countDuration } from '@baton/engine';
import { type MetricsDelta } from '@baton/persistence';
import { type AttemptOutcome } from './attempt-outcome';

interface Tally {
  attempts: number;
  completed: number;
  failed: number;
  runMs: number;
  readonly durations: number[];
  readonly errors: Map<string, number>;
}

/** Codes counted apart between two flushes; the rest is counted together. */
const MAX_CODES = 20;
const OTHER = 'OTHER';

/** What happened since the last flush, by agent and capability. */
export class Tallies {
  private byOffer = new Map<AgentOffer, Tally>();

  add(offer: AgentOffer, { verdict, ms, code }: AttemptOutcome): void {
    let tally = this.byOffer.get(offer);
    if (!tally) {
      tally = { attempts: 0, completed: 0, failed: 0, runMs: 0, durations: [], errors: new Map() };
      this.byOffer.set(offer, tally);
    }
    tally.attempts += 1;
    if (code !== null) countCode(tally.errors, code);
    if (verdict === 'failure') tally.failed += 1;
    if (verdict !== 'success') return;
    tally.completed += 1;
    tally.runMs += ms;
    countDuration(tally.durations, ms);
  }

  /** Everything counted; counting begins anew. */
  drain(): MetricsDelta[] {
    const tallies = this.byOffer;
    this.byOffer = new Map();
    return [...tallies].map(([{ agent, capability, history }, { errors, ...figures }]) => ({
      agentId: agent.agentId,
      agentName: agent.name,
      capability,
      ewmaMs: history.ewmaMs,
      errors: Object.fromEntries(errors),
      ...figures,
    }));
  }
}

function countCode(errors: Map<string, number>, code: string): void {
  const counted = errors.has(code) || errors.size < MAX_CODES - 1 ? code : OTHER;
  errors.set(counted, (errors.get(counted) ?? 0) + 1);
}
