import { type JsonValue } from '@baton/contracts';
import { eventually } from '@baton/testing';
import { actor, orchestratorFixture } from '../../test/orchestrator-fixture';
import { NEVER, type Script, type WireAgent } from '../../test/wire-agent';
import { ended } from '../../test/workflow-steps';

const { startOrchestrator, startAgent } = orchestratorFixture();

interface Report {
  readonly decision: JsonValue;
  readonly agreement: number;
  readonly rounds: number;
  readonly votes: readonly {
    readonly agent: { readonly id: string; readonly name: string };
    readonly agrees: boolean;
  }[];
  readonly dissent: readonly string[];
}
const reportOf = ({ output }: { output: JsonValue }): Report => output as unknown as Report;

/** Each with room for all: that nobody is asked twice is not for want of slots. */
function startVoters(capability: string, scripts: readonly Script[]): Promise<WireAgent[]> {
  const start = (script: Script, at: number) => startAgent(capability, script, { name: `voter-${at}`, concurrency: 9 });
  return Promise.all(scripts.map(start));
}

test('one liar of five: the decision is right and the liar is named; each of five agents was asked once', async () => {
  const honest = (): JsonValue => ({ sum: 4, by: ['adding'] });
  const voters = await startVoters('vote.sum', [honest, honest, () => ({ sum: 5, by: ['lying'] }), honest, honest]);
  const { service } = await startOrchestrator();
  const definition = { name: 'sum', pattern: 'consensus', capability: 'vote.sum', input: [2, 2], agents: 5 };
  const { id } = await service.create({ definition, start: true }, actor);
  const done = await ended(service, id);
  expect(done.state).toBe('completed');
  expect(reportOf(done)).toMatchObject({ decision: honest(), agreement: 0.8, rounds: 1, dissent: ['voter-2'] });
  expect(reportOf(done).votes.find(({ agrees }) => !agrees)?.agent).toEqual({
    id: voters[2]?.agentId,
    name: 'voter-2',
  });
  expect(voters.map(({ assigned }) => assigned.length)).toEqual([1, 1, 1, 1, 1]);
});

test('one that hangs does not hold up what is decided: it is canceled', async () => {
  const voters = await startVoters('vote.hang', [() => 'yes', () => NEVER, () => 'yes']);
  const { service } = await startOrchestrator();
  const definition = { name: 'hang', pattern: 'consensus', capability: 'vote.hang', agents: 3 };
  const { id } = await service.create({ definition, start: true }, actor);
  expect(reportOf(await ended(service, id))).toMatchObject({ decision: 'yes', agreement: 1, dissent: [] });
  await eventually(() => expect(voters[1]?.canceled).toHaveLength(1));
});

test('a second round hears the answers of the first; it asks the same agents again', async () => {
  const stubborn: Script = () => 'left';
  const open: Script = ({ input }) => ((input as { heard: string[] }).heard.length > 0 ? 'left' : 'right');
  const voters = await startVoters('vote.rounds', [stubborn, open]);
  const { service } = await startOrchestrator();
  const definition = {
    ...{ name: 'rounds', pattern: 'consensus', capability: 'vote.rounds', agents: 2, rounds: 3 },
    input: { heard: '${{ answers }}' },
  };
  const { id } = await service.create({ definition, start: true }, actor);
  expect(reportOf(await ended(service, id))).toMatchObject({ decision: 'left', rounds: 2, agreement: 1 });
  expect(voters.map(({ assigned }) => assigned.length)).toEqual([2, 2]);
});

test('a retry of one that was undecided asks everybody anew', async () => {
  const opinions = ['left', 'right'];
  const voters = await startVoters('vote.anew', [() => opinions[0], () => opinions[1]]);
  const { service } = await startOrchestrator();
  const definition = { name: 'anew', pattern: 'consensus', capability: 'vote.anew', agents: 2 };
  const { id } = await service.create({ definition, start: true }, actor);
  const torn = await ended(service, id);
  expect(torn).toMatchObject({ state: 'failed', error: { code: 'CONSENSUS_NOT_REACHED' } });
  expect(voters.map(({ assigned }) => assigned.length)).toEqual([1, 1]);
  opinions.fill('left');
  await service.retry(id, actor);
  const done = await eventually(async () => {
    const now = await service.get(id);
    expect(now.state).toBe('completed');
    return now;
  });
  expect(reportOf(done)).toMatchObject({ decision: 'left', agreement: 1, rounds: 1, votes: [{}, {}], dissent: [] });
  expect(voters.map(({ assigned }) => assigned.length)).toEqual([2, 2]);
});

test('a pipeline: items go through its stages in order, each with what the stage before gave', async () => {
  const double = await startAgent('pipe.double', ({ input }) => (input as number) * 2);
  await startAgent('pipe.tell', ({ input }) => input);
  const { service } = await startOrchestrator();
  const definition = {
    name: 'pipe',
    pattern: 'pipeline',
    items: '[1..30]',
    stages: [
      { capability: 'pipe.double', input: '${{ item }}' },
      { capability: 'pipe.tell', input: '${{ [index, previous] }}', concurrency: 3 },
    ],
  };
  const { id } = await service.create({ definition, start: true }, actor);
  const done = await ended(service, id);
  const numbers = Array.from({ length: 30 }, (_unused, at) => at + 1);
  expect(done.output).toEqual(numbers.map((number) => [number - 1, number * 2]));
  expect(double.assigned.map(({ input }) => input)).toEqual(numbers);
});
