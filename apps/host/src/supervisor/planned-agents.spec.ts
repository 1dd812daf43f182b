import { deploymentSchema } from '../deployment/deployment-schema';
import { plannedAgents } from './planned-agents';

const plan = (agents: object[]) => plannedAgents(deploymentSchema.parse({ agents }));

test('replicas are numbered, levels follow the dependencies', () => {
  const levels = plan([
    { name: 'reader', family: 'research', dependsOn: ['store'], replicas: 2 },
    { name: 'store', family: 'research', concurrency: 3 },
    { name: 'none', family: 'probe', replicas: 0, dependsOn: ['reader'] },
  ]);
  expect(levels.map((level) => level.map(({ spec }) => spec.name))).toEqual([['store-1'], ['reader-1', 'reader-2']]);
  expect(levels[0]?.[0]?.spec).toMatchObject({ concurrency: 3, tags: [], env: {} });
});

test('the restart policy is taken over', () => {
  const [[planned] = []] = plan([{ name: 'a', family: 'probe', restart: { policy: 'never', maxBackoffSeconds: 5 } }]);
  expect(planned?.restart).toMatchObject({ policy: 'never', maxMs: 5000, initialMs: 1000 });
});
