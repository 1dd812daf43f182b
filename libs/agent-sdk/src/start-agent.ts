import { type AgentRegister } from '@baton/contracts';
import { connectBus } from '@baton/bus';
import { type Logger, nestLogger, type RunningProcess } from '@baton/observability';
import { Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Agent } from './agent/agent';
import { type AgentOptions } from './agent-options';
import { type AnyCapability } from './capability/capability';
import { compileOffers, type Offers } from './capability/offer';
import { type AgentConfig } from './config';

@Module({})
class AgentModule {}

/** Brings one agent up inside this process. Resolves when a registry knows it; `stop` drains it and lets go of all. */
export async function startAgent(options: AgentOptions, config: AgentConfig, logger: Logger): Promise<RunningProcess> {
  const concurrency = config.concurrency ?? options.concurrency ?? 4;
  const nest = await createContext(options, logger);
  const capabilities = options.capabilities.map((type: Type<AnyCapability>) => nest.get(type, { strict: false }));
  const offers = compileOffers(capabilities, concurrency);
  const { agentId, messageQueueUrl, heartbeatSeconds, drainMs } = config;
  const announcement = announce(options, config, offers);
  const { name } = announcement;
  const bus = await connectBus({ url: messageQueueUrl, name, source: `/agents/${agentId}`, logger });
  const agent = new Agent({ bus, announcement, offers, heartbeatSeconds, drainMs, logger });
  await agent.start();
  return {
    ready: { agentId, name, family: options.family },
    ended: agent.ended,
    stop: async (reason) => {
      await agent.stop(reason);
      await bus.close();
      await nest.close();
    },
  };
}

function createContext(options: AgentOptions, logger: Logger): ReturnType<typeof NestFactory.createApplicationContext> {
  const { imports = [], providers = [], capabilities } = options;
  const module = { module: AgentModule, imports: [...imports], providers: [...providers, ...capabilities] };
  return NestFactory.createApplicationContext(module, { logger: nestLogger(logger), abortOnError: false });
}

function announce(options: AgentOptions, config: AgentConfig, offers: Offers): AgentRegister {
  return {
    agentId: config.agentId,
    name: config.name,
    family: options.family,
    incarnation: 0,
    version: options.version ?? '1.0.0',
    host: config.hostName,
    pid: process.pid,
    capabilities: [...offers.values()].map((offer) => offer.document),
    tags: config.tags ?? options.tags ?? [],
    concurrency: config.concurrency ?? options.concurrency ?? 4,
    resources: options.resources ?? {},
    channels: options.channels ?? [],
  };
}
