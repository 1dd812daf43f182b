import { createValidator, type Validator } from '@baton/bus';
import { type Capability as CapabilityDocument } from '@baton/contracts';
import { ConfigurationError } from '@baton/observability';
import { type AnyCapability } from './capability';

/** A capability made ready: its schemas compiled once, its limits settled. */
export interface Offer {
  readonly capability: AnyCapability;
  readonly document: CapabilityDocument;
  readonly checkInput: Validator;
  readonly checkOutput: Validator;
  /** Attempts at once in this agent. */
  readonly concurrency: number;
}
export type Offers = ReadonlyMap<string, Offer>;

const NAME = /^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+$/;

/** Capabilities by name. Throws ConfigurationError with every fault of all of them. */
export function compileOffers(capabilities: readonly AnyCapability[], agentConcurrency: number): Offers {
  const faults: string[] = [];
  const offers = new Map<string, Offer>();
  for (const capability of capabilities) {
    const who = `capability ${String(capability.name)} (${capability.constructor.name})`;
    const note = (what: string): unknown => faults.push(`${who}: ${what}`);
    if (!NAME.test(capability.name)) note('the name must be `family.verb` in lower case, for example research.search');
    if (offers.has(capability.name)) note('the name is taken by another capability of this agent; rename one');
    const checkInput = compile(capability, 'input', note);
    const checkOutput = compile(capability, 'output', note);
    const concurrency = Math.min(capability.concurrency ?? agentConcurrency, agentConcurrency);
    if (!Number.isInteger(concurrency) || concurrency < 1) note('concurrency must be a whole number of at least 1');
    offers.set(capability.name, { capability, document: describe(capability), checkInput, checkOutput, concurrency });
  }
  if (offers.size === 0) faults.push('capabilities: an agent needs at least one');
  if (faults.length > 0) throw new ConfigurationError(faults);
  return offers;
}

function compile(capability: AnyCapability, which: 'input' | 'output', note: (what: string) => unknown): Validator {
  try {
    return createValidator(capability[which]);
  } catch (error) {
    note(`its ${which} schema cannot be used: ${(error as Error).message}`);
    return () => [];
  }
}

function describe(capability: AnyCapability): CapabilityDocument {
  const { name, version = '1.0.0', description, input, output, concurrency } = capability;
  return {
    name,
    version,
    input,
    output,
    ...(description !== undefined && { description }),
    ...(concurrency !== undefined && { concurrency }),
  };
}
