import { type Consensus, type JsonObject, type JsonValue } from '@baton/contracts';
import { type PatternChild, type PatternGiven } from '../pattern';
import { markOf, nameOf, type Vote, weightOf } from './vote';

/** What is compared of an answer. */
export async function readMark(step: Consensus, given: PatternGiven, output: JsonValue): Promise<Vote['mark']> {
  const { compare } = step;
  const hasPath = typeof compare === 'object' && compare.path !== undefined;
  return markOf(hasPath ? await find(given, 'compare.path', { output }) : output, compare);
}

/** The vote of a voter that has completed. */
export async function readVote(
  step: Consensus,
  given: PatternGiven,
  child: PatternChild,
  round: number,
): Promise<Vote> {
  const { index, output, agent } = child;
  const mark = await readMark(step, given, output);
  const weight =
    step.weight === undefined ? 1 : weightOf(await find(given, 'weight', { output, agent: nameOf(child) }));
  return { index, round, agent, answer: output, mark, weight };
}

/** An expression that fails on an answer finds nothing in it: nobody can stop a vote by what it says. */
async function find(given: PatternGiven, path: string, variables: JsonObject): Promise<JsonValue> {
  const found = await given.evaluate(path, variables);
  return found.ok ? found.value : null;
}
