import { type AgentRegister } from '@baton/contracts';
import { type AgentOptions } from '../agent-options';
import { type Offers } from '../capability/offer';
import { type AgentConfig } from '../config';
import { type MessagingPlan } from '../messages/messaging-plan';

interface Parts {
  readonly offers: Offers;
  readonly plan: MessagingPlan;
}

/** What the agent tells the registry of itself. */
export function announce(options: AgentOptions, config: AgentConfig, { offers, plan }: Parts): AgentRegister {
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
    sequences: true,
    resources: options.resources ?? {},
    channels: [...new Set([...(options.channels ?? []), ...plan.joins.map(({ channel }) => channel)])],
  };
}
