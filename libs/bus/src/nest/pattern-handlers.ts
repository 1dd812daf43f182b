import { type MessageKind } from '@baton/contracts';
import { HandlerList, Registered } from '../messaging/handler-list';
import { type MessageHandler } from '../messaging/messenger';

type Handler = Omit<MessageHandler, 'kind'>;

/** A message nobody has a schema for. */
export function unchecked(type: string): MessageKind<unknown> {
  return { type, summary: 'A message of a Nest handler.', schema: true };
}

/** Handlers that are found by where a message came from, whatever its type; known kinds are checked all the same. */
export class PatternHandlers extends HandlerList {
  private readonly known = new Map<string, readonly Registered[]>();
  private readonly others: readonly Registered[];

  /** `kinds`: nothing else is taken. Throws ValidationError on a bad filter. */
  constructor(handlers: readonly Handler[], kinds: readonly MessageKind<unknown>[] | undefined) {
    super();
    const registered = (kind: MessageKind<unknown>): Registered[] =>
      handlers.map((handler) => new Registered({ ...handler, kind }, undefined));
    for (const kind of kinds ?? []) this.known.set(kind.type, registered(kind));
    this.others = kinds ? [] : registered(unchecked('any'));
  }

  override get isEmpty(): boolean {
    return false;
  }

  override get types(): readonly string[] {
    return [...this.known.keys()];
  }

  override of(type: string): readonly Registered[] {
    return this.known.get(type) ?? this.others;
  }
}
