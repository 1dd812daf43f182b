import { type Consensus, type JsonObject, type JsonValue } from '@baton/contracts';
import { type PatternChild } from '../pattern';
import { agree, distinctVoters, nameOf, type Vote } from './vote';

/** The output of a consensus: what was decided, how far it is agreed, and who disagrees. */
export interface ConsensusReport {
  /** The answer of a voter, or of the judge; null: undecided. */
  readonly decision: JsonValue;
  /** Share of the votes of the last round that agree with it, by weight where weight decides; 0 to 1. */
  readonly agreement: number;
  readonly rounds: number;
  /** Of all rounds. `agrees`: with the decision. A second vote of an agent in one round weighs nothing. */
  readonly votes: readonly {
    readonly agent: PatternChild['agent'];
    readonly round: number;
    readonly answer: JsonValue;
    readonly weight: number;
    readonly agrees: boolean;
  }[];
  /** Names of those who answered otherwise in the last round. */
  readonly dissent: readonly string[];
}

/** `decided`: the answer and what is compared of it; undefined: there is none. */
export function reportOf(
  step: Consensus,
  { votes, round: rounds }: { readonly votes: readonly Vote[]; readonly round: number },
  decided: Pick<Vote, 'answer' | 'mark'> | undefined,
): ConsensusReport & JsonObject {
  const agrees = ({ mark }: Vote): boolean => decided !== undefined && agree(mark, decided.mark, step.compare);
  const counted = new Set(distinctVoters(votes));
  const last = votes.filter((vote) => vote.round === rounds && counted.has(vote));
  const dissent = decided ? last.filter((vote) => !agrees(vote)) : [];
  return {
    decision: decided?.answer ?? null,
    agreement: share(last, agrees, step.decide === 'weighted'),
    rounds,
    votes: votes.map((vote) => ({
      agent: vote.agent,
      round: vote.round,
      answer: vote.answer,
      weight: counted.has(vote) ? vote.weight : 0,
      agrees: agrees(vote),
    })),
    dissent: dissent.map(nameOf).filter((name) => name !== null),
  };
}

function share(votes: readonly Vote[], agrees: (vote: Vote) => boolean, byWeight: boolean): number {
  let [agreeing, all] = [0, 0];
  for (const vote of votes) {
    const part = byWeight ? vote.weight : 1;
    all += part;
    if (agrees(vote)) agreeing += part;
  }
  return all === 0 ? 0 : agreeing / all;
}
