/** Many small agents in one process, each with all of the capabilities: bench.c0, bench.c1, … */
import 'reflect-metadata';
import { Capability, runAgent } from '@baton/agent-sdk';
import { type Type } from '@nestjs/common';

/** A class for each capability: a provider is known by its class. */
function echo(index: number): Type<Capability<unknown, unknown>> {
  return class extends Capability<unknown, unknown> {
    readonly name = `bench.c${index}`;
    readonly input = {};
    readonly output = {};

    execute(input: unknown): unknown {
      return input;
    }
  };
}

async function main(): Promise<void> {
  const { BENCH_AGENTS, BENCH_CAPABILITIES } = process.env;
  const capabilities = Array.from({ length: Number(BENCH_CAPABILITIES) }, (_, index) => echo(index));
  const agents = Array.from({ length: Number(BENCH_AGENTS) }, (_, index) => ({
    family: 'bench',
    name: `bench-${process.pid}-${index}`,
    concurrency: 100,
    capabilities,
  }));
  await Promise.all(agents.map((agent) => runAgent(agent)));
}

void main();
