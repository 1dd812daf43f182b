import { strategyNames, type StrategyName } from '@baton/engine';
import { type z } from 'zod';

const CAPABILITY = /^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+$/;

/** `research.search=performance-aware,probe.echo=round-robin`; every fault becomes an issue of its own. */
export function parseCapabilityStrategy(
  list: string,
  context: Pick<z.RefinementCtx, 'addIssue'>,
): ReadonlyMap<string, StrategyName> {
  const chosen = new Map<string, StrategyName>();
  for (const entry of list.split(',').filter((part) => part.trim() !== '')) {
    const [capability = '', name = '', ...more] = entry.split('=').map((part) => part.trim());
    const fault = faultOf(capability, more.length > 0 ? `${name}=…` : name, chosen);
    if (fault) context.addIssue({ code: 'custom', message: fault });
    else chosen.set(capability, name as StrategyName);
  }
  return chosen;
}

function faultOf(capability: string, name: string, chosen: ReadonlyMap<string, StrategyName>): string | undefined {
  if (!CAPABILITY.test(capability)) return `"${capability}" is not the name of a capability, like research.search`;
  if (chosen.has(capability)) return `names ${capability} twice`;
  if ((strategyNames as readonly string[]).includes(name)) return undefined;
  return `"${name}" for ${capability} is not one of ${strategyNames.join(', ')}`;
}
