/** Many small agents in one process. Says `loaded`, waits for `go`, then says `registered` when all of them are. */
import 'reflect-metadata';
import { once } from 'node:events';
import { Capability, runAgent } from '@baton/agent-sdk';

class CrowdEcho extends Capability<unknown, unknown> {
  readonly name = 'crowd.echo';
  readonly input = {};
  readonly output = {};

  execute(input: unknown): unknown {
    return input;
  }
}

async function main(): Promise<void> {
  const { CROWD_AGENTS, CROWD_NAME } = process.env;
  process.setMaxListeners(0); // each agent listens for the signals that end the process
  process.send?.('loaded');
  await once(process, 'message');
  const agents = Array.from({ length: Number(CROWD_AGENTS) }, (_, index) => ({
    family: 'crowd',
    name: `${CROWD_NAME}-${index}`,
    concurrency: 4,
    capabilities: [CrowdEcho],
  }));
  await Promise.all(agents.map((agent) => runAgent(agent)));
  process.send?.('registered');
}

void main();
