import { type AgentSeen } from '@baton/contracts';
import { type Obstacle } from '@baton/engine';

/** What is known of a task that waits. */
export interface Waiting {
  readonly capability: string;
  readonly targetAgentId: string | null;
  /** Names of the agents that offer the capability. */
  readonly offering: readonly AgentSeen[];
  /** When its rate limit lets it go. */
  readonly rateOpensAt: Date | undefined;
  /** When the first of the breakers lets somebody try again. */
  readonly nextProbeAt: Date | undefined;
}

/** Each obstacle in a sentence for a person: what it is, and what to look at. */
export const obstacleDetails: Readonly<Record<Obstacle, (task: Waiting) => string>> = {
  'no-capable-agent': ({ capability }) =>
    `No agent that is present offers ${capability}. Start one, or look at GET /api/agents?capability=${capability}.`,
  'no-free-slot': ({ capability, offering }) =>
    `All slots of the agents that offer ${capability} are taken: ${offering.map((agent) => agent.name).join(', ')}.`,
  'target-agent-absent': ({ capability, targetAgentId }) =>
    `Only agent ${targetAgentId} may take it, and it is not present or does not offer ${capability}.`,
  'tags-unmatched': ({ capability }) => `No agent that offers ${capability} carries all of its tags.`,
  'version-unmatched': ({ capability, offering }) =>
    `No agent that is present offers ${capability} in the range of versions it asks for; there is: ${versionsOf(offering, capability)}.`,
  'resources-too-large': ({ capability }) =>
    `No agent that is present and offers ${capability} has declared as many resources as it asks for.`,
  'resources-busy': () => 'The agents that declared enough resources have given them to other tasks.',
  'fitting-agents-busy': () => 'The agents that fit its tags, version, resources or target have no free slot.',
  spread: ({ capability }) =>
    `Every agent that fits and offers ${capability} is at work on a task with its spreadKey, or has completed one. Start another one.`,
  'breakers-open': ({ capability, nextProbeAt }) =>
    `The circuit breakers of all agents that could take it are open: they failed at ${capability} too often of late. ` +
    (nextProbeAt ? `One of them is tried again at ${nextProbeAt.toISOString()}.` : 'One of them is being tried now.'),
  'concurrency-key-full': () =>
    'As many tasks with its concurrencyKey run as the smallest concurrencyLimit among them allows.',
  'rate-limited': ({ rateOpensAt }) =>
    `As many tasks with its rateLimitKey began lately as its rateLimit allows; the next may begin at ${rateOpensAt?.toISOString()}.`,
  'capability-full': ({ capability }) => `As many attempts of ${capability} are out as CAPABILITY_CONCURRENCY allows.`,
  'mesh-full': () => 'As many attempts are out, over all capabilities, as MAX_IN_FLIGHT allows.',
};

function versionsOf(offering: readonly AgentSeen[], capability: string): string {
  const versions = offering.flatMap(({ capabilities }) =>
    capabilities.filter(({ name }) => name === capability).map(({ version }) => version),
  );
  return [...new Set(versions)].sort().join(', ');
}
