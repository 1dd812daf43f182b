import { randomUUID } from 'node:crypto';
import { type MetricsDelta, registerAgent, saveBreakerMoves, saveMetrics } from '@baton/persistence';
import { type AgentId } from '@baton/contracts';
import { specDoor } from '../../test/spec-door';
import { OpsServers } from '../ops/ops-servers';

describe('the figures of agents', () => {
  const door = specDoor();
  const agentId = randomUUID() as AgentId;
  const NO_BRAIN = 0;
  const delta = (capability: string, more: Partial<MetricsDelta> = {}): MetricsDelta => ({
    ...{ agentId, agentName: 'probe-7', capability, attempts: 4, completed: 3, failed: 1, runMs: 30, ewmaMs: 11 },
    ...{ durations: [0, 0, 0, 3], errors: { BOOM: 1 } },
    ...more,
  });

  beforeAll(async () => {
    const capabilities = ['probe.echo', 'probe.fail'].map((name) => ({
      name,
      version: '1.0.0',
      input: {},
      output: {},
    }));
    const presence = { family: 'probe', incarnation: 1, version: '1', host: 'h', pid: 1, tags: [], channels: [] };
    await registerAgent(
      door.database,
      { agentId, name: 'probe-7', capabilities, concurrency: 2, resources: {}, ...presence },
      { actor: 'registry', maxAgents: 9 },
    );
    await saveMetrics(door.database, NO_BRAIN, [delta('probe.echo'), delta('probe.fail', { completed: 0, failed: 4 })]);
    await saveBreakerMoves(door.database, NO_BRAIN, [
      {
        agentId,
        capability: 'probe.fail',
        from: 'closed',
        to: 'open',
        openings: 1,
        reason: 'failed',
        coolDownMs: 5000,
      },
    ]);
  });

  test('are the stats of one agent, and of each in the list', async () => {
    const { stats } = (await door.get(`/api/agents/${agentId}`)).json();
    expect(stats).toMatchObject({
      ...{ availability: 1, attempts: 8, completed: 3, failed: 5, successRate: 0.375, errors: { BOOM: 2 } },
      capabilities: [
        { capability: 'probe.echo', attempts: 4, successRate: 0.75, runMs: { mean: 10, ewma: 11, p50: 0.154 } },
        { capability: 'probe.fail', successRate: 0 },
      ],
      breakers: [{ capability: 'probe.fail', state: 'open', nextProbeAt: expect.stringMatching(/^20/) }],
    });
    const { items } = (await door.get('/api/agents?family=probe')).json();
    expect(items[0].stats).toMatchObject({ attempts: 8 });
  });

  test('are in the figures of the mesh, with their history when it is asked for', async () => {
    const plain = (await door.get('/api/agents/metrics')).json();
    expect(plain.performance).toMatchObject([
      { agentName: 'probe-7', capability: 'probe.echo', breaker: 'closed', attempts: 4 },
      { agentName: 'probe-7', capability: 'probe.fail', breaker: 'open', failed: 4 },
    ]);
    expect(plain).not.toHaveProperty('history');
    const { history } = (await door.get('/api/agents/metrics?width=10&capability=probe.echo')).json();
    expect(history).toMatchObject({
      ...{ width: 10, truncated: false },
      items: [{ agentId, capability: 'probe.echo', attempts: 4, perMinute: 24 }],
    });
    const past = await door.get('/api/agents/metrics?from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z&width=3600');
    expect(past.json().history.items).toEqual([]);
  });

  test.each([
    ['width=7', 'width'],
    ['from=yesterday', 'from'],
    ['from=2030-01-02T00:00:00Z&to=2030-01-01T00:00:00Z', 'from'],
    ['agentId=x', 'agentId'],
    ['window=5', 'window'],
  ])('%s is refused by name', async (query, path) => {
    const answer = await door.get(`/api/agents/metrics?${query}`);
    expect(answer.json()).toMatchObject({ status: 400, code: 'VALIDATION_FAILED', errors: [{ path }] });
  });

  test('breakers are a metric and audited', async () => {
    const { metrics } = door.app.get(OpsServers).ports;
    const text = await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text();
    expect(text).toContain('baton_breaker_state{agent="probe-7",capability="probe.fail",app="orchestrator"} 2');
    const { items } = (await door.get('/api/audit?subject=breaker')).json();
    expect(items).toMatchObject([{ subjectId: agentId, from: 'closed', to: 'open', actor: 'orchestrator' }]);
  });
});
