import { type AgentRegister } from '@baton/contracts';
import { connectBus } from '@baton/bus';
import {
  type HealthCheck,
  type Logger,
  nestLogger,
  type RunningProcess,
  type SmallServer,
  startHealthServer,
} from '@baton/observability';
import { Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Agent } from './agent/agent';
import { agentHealthChecks } from './agent/health-checks';
import { type AgentOptions } from './agent-options';
import { type AnyCapability } from './capability/capability';
import { compileOffers, type Offers } from './capability/offer';
import { type AgentConfig } from './config';

@Module({})
class AgentModule {}

/**
 * Brings one agent up inside this process. Resolves when a registry knows it; `stop` drains it and lets go of all.
 * Nest's lifecycle hooks of capabilities and providers run before the first attempt and after the last.
 */
export async function startAgent(options: AgentOptions, config: AgentConfig, logger: Logger): Promise<RunningProcess> {
  const undo: (() => Promise<unknown>)[] = [];
  const letGo = async (): Promise<void> => {
    for (const close of undo.splice(0).reverse()) await close();
  };
  try {
    return await bringUp({ options, config, logger, undo, letGo });
  } catch (error) {
    await letGo();
    throw error;
  }
}

interface Start {
  readonly options: AgentOptions;
  readonly config: AgentConfig;
  readonly logger: Logger;
  /** What to close again, last first. */
  readonly undo: (() => Promise<unknown>)[];
  readonly letGo: () => Promise<void>;
}

async function bringUp({ options, config, logger, undo, letGo }: Start): Promise<RunningProcess> {
  const nest = await createContext(options, logger);
  undo.push(() => nest.close());
  const concurrency = config.concurrency ?? options.concurrency ?? 4;
  const capabilities = options.capabilities.map((type: Type<AnyCapability>) => nest.get(type, { strict: false }));
  const offers = compileOffers(capabilities, concurrency);
  const announcement = announce(options, config, offers);
  const { agentId, name } = announcement;
  const bus = await connectBus({ ...config.broker, name, source: `/agents/${agentId}`, logger });
  undo.push(() => bus.close());
  const agent = new Agent({ ...config, bus, announcement, offers, logger });
  const health = await openHealth(
    config,
    agentHealthChecks(bus, agentId, () => agent.isRegistered),
    logger,
  );
  if (health) undo.push(() => health.close());
  await agent.start();
  return {
    ready: {
      agentId,
      name,
      family: options.family,
      ...(health && { health: `http://127.0.0.1:${health.port}/healthz` }),
    },
    ended: agent.ended,
    stop: async (reason) => {
      await agent.stop(reason);
      await letGo();
    },
  };
}

async function openHealth(
  { healthPort: port }: AgentConfig,
  checks: readonly HealthCheck[],
  logger: Logger,
): Promise<SmallServer | undefined> {
  return port === undefined ? undefined : startHealthServer({ port, checks, logger });
}

function createContext(options: AgentOptions, logger: Logger): ReturnType<typeof NestFactory.createApplicationContext> {
  const { imports = [], providers = [], capabilities } = options;
  const module = { module: AgentModule, imports: [...imports], providers: [...providers, ...capabilities] };
  return NestFactory.createApplicationContext(module, { logger: nestLogger(logger), abortOnError: false });
}

function announce(options: AgentOptions, config: AgentConfig, offers: Offers): AgentRegister {
  const concurrency = config.concurrency ?? options.concurrency ?? 4;
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
    concurrency,
    prefetch: concurrency,
    resources: options.resources ?? {},
    channels: options.channels ?? [],
  };
}
