import { type DynamicModule, type Provider, type Type } from '@nestjs/common';
import { type AnyCapability } from './capability/capability';

/** What an agent is. The environment overrides name, tags and concurrency. */
export interface AgentOptions {
  /** Agents of one family are interchangeable: `research`. */
  readonly family: string;
  /** Classes; each becomes a Nest provider of its own. */
  readonly capabilities: readonly Type<AnyCapability>[];
  readonly providers?: readonly Provider[];
  readonly imports?: readonly (Type | DynamicModule)[];
  /** Stays the same over restarts; default `<family>-<end of the id>`. */
  readonly name?: string;
  /** Version of the agent's code; default 1.0.0. */
  readonly version?: string;
  /** Attempts at once; default 4. */
  readonly concurrency?: number;
  readonly tags?: readonly string[];
  readonly resources?: { readonly cpu?: number; readonly memoryMb?: number; readonly gpu?: number };
  readonly channels?: readonly string[];
  /** Read instead of the process's environment. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}
