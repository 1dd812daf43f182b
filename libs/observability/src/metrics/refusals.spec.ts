import { type Logger } from '../logger';
import { createMetricsRegistry } from './process-metrics';
import { Refusals } from './refusals';

interface Line {
  readonly what: string;
  readonly times: number;
}

function refusing() {
  const lines: Line[] = [];
  let now = 0;
  const logger = { warn: (line: Line) => lines.push(line) } as unknown as Logger;
  const registry = createMetricsRegistry('spec');
  const refusals = new Refusals(logger, registry, () => now);
  return { refusals, registry, lines, after: (ms: number) => (now += ms) };
}

test('each one counts, by what it was and why', async () => {
  const { refusals, registry } = refusing();
  refusals.refuse('heartbeat', 'another user', { agentId: 'a' });
  refusals.refuse('heartbeat', 'another user', { agentId: 'b' });
  refusals.refuse('result', 'no user', { agentId: 'a' });
  expect(refusals.count).toBe(3);
  const text = await registry.metrics();
  expect(text).toContain('baton_refused_total{what="heartbeat",reason="another user",app="spec"} 2');
  expect(text).toContain('baton_refused_total{what="result",reason="no user",app="spec"} 1');
});

test('the first is logged at once, a flood after it in one line every ten seconds', () => {
  const { refusals, lines, after } = refusing();
  for (let n = 0; n < 1000; n++) refusals.refuse('heartbeat', 'another user', { agentId: 'a' });
  expect(lines).toMatchObject([{ what: 'heartbeat', times: 1 }]);
  after(10_000);
  refusals.refuse('heartbeat', 'another user', { agentId: 'a' });
  expect(lines).toMatchObject([{ times: 1 }, { times: 1000 }]);
});

test('subjects that are made up by the thousand share a line', () => {
  const { refusals, lines } = refusing();
  for (let n = 0; n < 5000; n++) refusals.refuse('heartbeat', 'another user', { agentId: String(n) });
  expect(lines).toHaveLength(1001);
});
