import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDeployment } from './read-deployment';

const families = ['probe', 'research', 'analysis', 'generation'];
const faultsOf = (text: string): string[] => {
  try {
    readDeployment(text, 'd.yaml', families);
    return [];
  } catch (error) {
    return (error as { faults: string[] }).faults;
  }
};

test('the default deployment is right: one of each family, two probes', () => {
  const file = join(__dirname, '../../../../deployments/default.yaml');
  const { agents } = readDeployment(readFileSync(file, 'utf8'), file, families);
  expect(agents.map(({ family, replicas }) => [family, replicas])).toEqual([
    ['research', 1],
    ['analysis', 1],
    ['generation', 1],
    ['probe', 2],
  ]);
  expect(agents[0]).toMatchObject({ restart: { policy: 'always', maxBackoffSeconds: 60 }, env: {}, dependsOn: [] });
});

test.each([
  ['no YAML', 'agents: [', [/^d\.yaml:1: /]],
  ['empty', '', [/^d\.yaml:1: the file: /]],
  ['a missing field points at its agent', 'agents:\n  - name: a', [/^d\.yaml:2: agents\[0\]\.family: /]],
  [
    'an unknown field',
    'agents:\n  - name: a\n    family: probe\n    replica: 2',
    [/^d\.yaml:2: agents\[0\]: .*replica/],
  ],
  [
    'a wrong value, and another one',
    'agents:\n  - name: a\n    family: probe\n    replicas: many\n  - name: B_\n    family: probe',
    [/^d\.yaml:4: agents\[0\]\.replicas: /, /^d\.yaml:5: agents\[1\]\.name: /],
  ],
  [
    'an unknown family',
    'agents:\n  - name: a\n    family: chef',
    [/^d\.yaml:3: agents\[0\]\.family: "chef" is not known/],
  ],
  [
    'a name used twice',
    'agents:\n  - { name: a, family: probe }\n  - { name: a, family: probe }',
    [/^d\.yaml:3: agents\[1\]\.name: "a" is used twice/],
  ],
  [
    'an unknown dependency',
    'agents:\n  - name: a\n    family: probe\n    dependsOn:\n      - nobody',
    [/^d\.yaml:5: agents\[0\]\.dependsOn\[0\]: "nobody" is not in this file/],
  ],
  [
    'a circle',
    'agents:\n  - { name: a, family: probe, dependsOn: [b] }\n  - { name: b, family: probe, dependsOn: [a] }',
    [/^d\.yaml:2: agents\[0\]\.dependsOn: goes in a circle: a → b → a/],
  ],
  [
    'a value that is no text in env',
    'agents:\n  - name: a\n    family: probe\n    env:\n      X: 1',
    [/^d\.yaml:5: .*env\.X: /],
  ],
] satisfies [string, string, RegExp[]][])('%s', (_what, text, expected) => {
  const faults = faultsOf(text);
  expect(faults).toHaveLength(expected.length);
  expected.forEach((pattern, index) => expect(faults[index]).toMatch(pattern));
});
