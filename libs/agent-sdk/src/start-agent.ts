import { connectBus } from '@baton/bus';
import {
  type HealthCheck,
  type Logger,
  nestLogger,
  type RunningProcess,
  type SmallServer,
  startHealthServer,
} from '@baton/observability';
import { type DynamicModule, type INestApplicationContext, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Agent } from './agent/agent';
import { announce } from './agent/announcement';
import { agentHealthChecks } from './agent/health-checks';
import { type AgentOptions } from './agent-options';
import { type AnyCapability } from './capability/capability';
import { compileOffers, type Offers } from './capability/offer';
import { type AgentConfig } from './config';
import { type MessageReceiver } from './messages/message-receiver';
import { Messages } from './messages/messages';
import { Messaging } from './messages/messaging';
import { type MessagingPlan, planMessaging } from './messages/messaging-plan';

/** Very many agents may start at once, and at the same moment as their broker. */
const patient = { initialTimeoutMs: 30_000, topology: 'expect' } as const;

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
  const messages = new Messages();
  const nest = await createContext(options, messages, logger);
  undo.push(() => nest.close());
  const offers = offersOf(options, config, nest);
  const { agentId, name } = config;
  const plan = messagingPlanOf(options, config, nest);
  const announcement = announce(options, config, { offers, plan });
  if (plan.addresses.length === 1) warnOfName(name, logger);
  const bus = await connectBus({ ...config.broker, ...patient, name, source: `/agents/${agentId}`, logger });
  undo.push(() => bus.close());
  const messaging = new Messaging({ bus, plan, agentId, logger });
  messages.use(messaging.messenger);
  undo.push(() => messaging.close(config.drainMs));
  const agent = new Agent({ ...config, bus, announcement, offers, messages, logger });
  const health = await openHealth(
    config,
    agentHealthChecks(bus, agentId, () => agent.isRegistered),
    logger,
  );
  if (health) undo.push(() => health.close());
  await messaging.openLive();
  await agent.start();
  await messaging.openStored();
  return {
    ready: {
      agentId,
      name,
      family: options.family,
      ...(health && { health: `http://127.0.0.1:${health.port}/healthz` }),
    },
    ended: agent.ended,
    stop: async (reason) => {
      await Promise.all([agent.stop(reason), messaging.close(config.drainMs)]);
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

function createContext(options: AgentOptions, messages: Messages, logger: Logger): Promise<INestApplicationContext> {
  const { imports = [], providers = [], capabilities, receivers = [] } = options;
  const module: DynamicModule = {
    module: AgentModule,
    global: true, // so that imported modules may send messages too
    imports: [...imports],
    providers: [{ provide: Messages, useValue: messages }, ...providers, ...capabilities, ...receivers],
    exports: [Messages],
  };
  return NestFactory.createApplicationContext(module, { logger: nestLogger(logger), abortOnError: false });
}

/** An agent that takes messages may do without capabilities. */
function offersOf(options: AgentOptions, config: AgentConfig, nest: INestApplicationContext): Offers {
  const { capabilities, receivers = [], concurrency } = options;
  if (capabilities.length === 0 && receivers.length > 0) return new Map();
  const instances = capabilities.map((type: Type<AnyCapability>) => nest.get(type, { strict: false }));
  return compileOffers(instances, config.concurrency ?? concurrency ?? 4);
}

function messagingPlanOf(
  { receivers = [], channels = [], mailbox = false }: AgentOptions,
  { agentId, name }: AgentConfig,
  nest: INestApplicationContext,
): MessagingPlan {
  const instances = receivers.map((type: Type<MessageReceiver>) => nest.get(type, { strict: false }));
  return planMessaging({ agentId, name, receivers: instances, channels, mailbox });
}

function warnOfName(name: string, logger: Logger): void {
  logger.warn(
    { event: 'agent.name', agent: name },
    'the name is no address (letters, digits, dots, underscores and hyphens): messages reach the agent by its id only',
  );
}
