import { type CloudEvent } from '@baton/contracts';
import { type Outgoing } from '../bus';
import { validatorOf, type Validator } from '../validation';
import { compileFilter, type CompiledFilter } from './filter/compile-filter';
import { type MessageFilter } from './filter/message-filter';
import { type Listening, type MessageHandler, type Received } from './messenger';

/** A handler, checked and ready. */
export class Registered {
  readonly type: string;
  readonly validate: Validator;
  private readonly filters: readonly CompiledFilter[];
  private running = 0;
  private readonly idlers: (() => void)[] = [];

  /** Throws ValidationError on a bad filter or schema. */
  constructor(
    private readonly handler: MessageHandler,
    filter: MessageFilter | undefined,
  ) {
    this.type = handler.kind.type;
    this.validate = validatorOf(handler.kind);
    this.filters = [filter, handler.filter].flatMap((one) => (one ? [compileFilter(one)] : []));
  }

  get wantsAll(): boolean {
    return this.filters.length === 0;
  }

  async wants(event: CloudEvent<unknown>, headers: Readonly<Record<string, unknown>>): Promise<boolean> {
    for (const passes of this.filters) if (!(await passes(event, headers))) return false;
    return true;
  }

  async handle(message: Received<unknown>): Promise<Outgoing | undefined> {
    this.running++;
    try {
      return (await this.handler.handle(message as Received<never>)) ?? undefined;
    } finally {
      if (--this.running === 0) for (const resolve of this.idlers.splice(0)) resolve();
    }
  }

  idle(): Promise<void> {
    return this.running === 0 ? Promise.resolve() : new Promise((resolve) => this.idlers.push(resolve));
  }
}

const none: readonly Registered[] = [];

/** The handlers of one context: direct messages, one channel, one subscription. */
export class HandlerList {
  private readonly byType = new Map<string, readonly Registered[]>();

  get isEmpty(): boolean {
    return this.byType.size === 0;
  }

  get types(): readonly string[] {
    return [...this.byType.keys()];
  }

  of(type: string): readonly Registered[] {
    return this.byType.get(type) ?? none;
  }

  /** `filter` is for all of them, before their own. Throws ValidationError on a bad one, and adds none. */
  add(handlers: readonly MessageHandler[], filter?: MessageFilter): Listening {
    const added = handlers.map((handler) => new Registered(handler, filter));
    for (const one of added) this.byType.set(one.type, [...this.of(one.type), one]);
    return {
      stop: async () => {
        for (const one of added) this.remove(one);
        await Promise.all(added.map((one) => one.idle()));
      },
    };
  }

  clear(): void {
    this.byType.clear();
  }

  private remove(gone: Registered): void {
    const left = this.of(gone.type).filter((one) => one !== gone);
    if (left.length > 0) this.byType.set(gone.type, left);
    else this.byType.delete(gone.type);
  }
}
