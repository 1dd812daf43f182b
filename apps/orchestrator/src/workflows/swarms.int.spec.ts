import { type JsonObject, type Swarm, type TaskAssigned, type WorkflowDocument } from '@baton/contracts';
import { eventually } from '@baton/testing';
import { actor, orchestratorFixture } from '../../test/orchestrator-fixture';
import { ended } from '../../test/workflow-steps';

const { startOrchestrator, startAgent } = orchestratorFixture();

const inputOf = ({ input }: TaskAssigned): { at: number[] } => input as { at: number[] };
const bowl = (task: TaskAssigned) => ({ height: inputOf(task).at.reduce((sum, x) => sum + (x - 2) ** 2, 0) });

function swarm(capability: string, more: Partial<Swarm> = {}): WorkflowDocument {
  const explore = {
    ...{ id: 'explore', pattern: 'swarm', capability, input: { at: '${{ position }}' }, fitness: 'output.height' },
    ...{ population: 'input.many', bounds: '[[-5, 5], [-5, 5]]', seed: 7 },
    ...more,
  };
  const document = { name: 'explore', input: { many: 8 }, output: '${{ steps.explore.output }}', steps: [explore] };
  return document;
}

test('explores in rounds until the target is found', async () => {
  const agent = await startAgent('swarm.bowl', bowl);
  const { service } = await startOrchestrator();
  const definition = swarm('swarm.bowl', { stop: { target: 0.01, rounds: 60 } });
  const { id } = await service.create({ definition, start: true }, actor);
  const done = await ended(service, id);
  expect(done).toMatchObject({ state: 'completed', error: null, output: { stopped: 'target' } });
  const { position, fitness, evaluations } = done.output as {
    position: number[];
    fitness: number;
    evaluations: number;
  };
  expect(fitness).toBeLessThanOrEqual(0.01);
  for (const at of position) expect(Math.abs(at - 2)).toBeLessThanOrEqual(0.1);
  expect(agent.assigned.length).toBeGreaterThanOrEqual(evaluations);
  expect((await service.history(id)).map(({ reason }) => reason)).toContain('stopped');
});

test('with the moves of a user, who sees all particles', async () => {
  await startAgent('moved.bowl', bowl);
  const mover = await startAgent('moved.move', ({ input }) => {
    const { particles } = input as unknown as { particles: { position: number[] }[] };
    return { positions: particles.map(({ position }) => position.map((x) => x + (2 - x) / 2)) };
  });
  const { service } = await startOrchestrator();
  const definition = swarm('moved.bowl', { move: { capability: 'moved.move' }, stop: { rounds: 4 } });
  const { id } = await service.create({ definition, start: true }, actor);
  const done = await ended(service, id);
  expect(done).toMatchObject({ state: 'completed', output: { stopped: 'rounds', rounds: 4, evaluations: 32 } });
  expect(mover.assigned).toHaveLength(3);
  const { history } = done.output as { history: number[] };
  expect(history[3]).toBeLessThan((history[0] as number) / 20);
});

test('another brain goes on with the same moves: as if nothing had happened, and nothing evaluated twice', async () => {
  const told = async (interrupted: boolean) => {
    const name = interrupted ? 'heir' : 'whole';
    const agent = await startAgent(`${name}.bowl`, bowl, { concurrency: 2 });
    const first = await startOrchestrator();
    const definition = swarm(`${name}.bowl`, { stop: { rounds: 8 } });
    const { id } = await first.service.create({ definition, start: true }, actor);
    if (interrupted) {
      await eventually(() => agent.assigned.length > 20);
      await first.stop();
    }
    const { service } = interrupted ? await startOrchestrator() : first;
    const { state, output } = await ended(service, id);
    expect(state).toBe('completed');
    const positions = new Set(agent.assigned.map((task) => JSON.stringify(inputOf(task).at)));
    expect([positions.size, (output as JsonObject)['evaluations']]).toEqual([64, 64]);
    return output;
  };
  expect(await told(true)).toEqual(await told(false));
});
