import { once } from 'node:events';
import { join } from 'node:path';
import { type RunOutcome } from '../report';
import { forkTool } from '../stage/fork-tool';
import { type Stage } from '../stage/stage';
import { noOp, oneAgent, type Scale, type Scenario } from './scenario';

async function run(stage: Stage, scale: Scale): Promise<RunOutcome> {
  const server = forkTool(join(__dirname, '..', 'stage', 'bare-http.ts'));
  try {
    const [{ url }] = (await once(server, 'message')) as [{ url: string }];
    const shape = { url: `${url}/api/tasks`, headers: {}, body: JSON.stringify(noOp), inFlight: 64 };
    await stage.load.run({ kind: 'closed-loop', ...shape, requests: scale.of(10_000, 200) });
    const requests = scale.of(20_000, 500);
    const { result, spent } = await stage.metered(() => stage.load.run({ kind: 'closed-loop', ...shape, requests }), {
      server: { pids: [server.pid ?? 0] },
    });
    const value = (1000 * requests) / (result.endedAt - result.startedAt);
    return { readings: [{ metric: 'answers', unit: 'requests/s', value }], others: spent.others };
  } finally {
    const gone = once(server, 'exit');
    server.disconnect();
    await gone;
  }
}

export const limitHttp: Scenario = {
  name: 'limit-http',
  about: 'requests that a bare Nest on Fastify answers without doing anything, 64 in flight',
  agents: oneAgent,
  run,
};
