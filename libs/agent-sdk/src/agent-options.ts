import { type DynamicModule, type Provider, type Type } from '@nestjs/common';
import { type AnyCapability } from './capability/capability';
import { type MessageReceiver } from './messages/message-receiver';

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
  /** Classes that take messages; each becomes a Nest provider of its own. */
  readonly receivers?: readonly Type<MessageReceiver>[];
  /** Durable messages to the name of the agent wait while it is away. Default false. */
  readonly mailbox?: boolean;
  /** Shown in the registry. Joined (made when there are none) when it has receivers of direct messages, which hear them. */
  readonly channels?: readonly string[];
  /** Read instead of the process's environment. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}
