/** Many small agents in one process. Says `loaded`, waits for `go`, then says `registered` when all of them are. */
import 'reflect-metadata';
import { once } from 'node:events';
import { Capability, runAgent } from '@baton/agent-sdk';

const AT_ONCE = 10;

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
  // As many at once as processes of their own would be by chance: all at once only wait for each other.
  const lane = async (): Promise<void> => {
    for (let agent = agents.pop(); agent; agent = agents.pop()) await runAgent(agent);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  process.send?.('registered');
}

void main();
