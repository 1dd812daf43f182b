import { type Outgoing } from '../bus';

export interface BatonRecordOptions extends Pick<
  Outgoing,
  'id' | 'subject' | 'correlationId' | 'traceparent' | 'source'
> {
  readonly headers?: Readonly<Record<string, string>>;
  /** Requests: how long to wait. Default: the client's. */
  readonly timeoutMs?: number;
  /** `emit`: persistent and sent again after a reconnect. Default: true for events by key, false for all else. */
  readonly durable?: boolean;
  /** `emit`: past this it is of no use and goes to the dead letters. */
  readonly expirationMs?: number;
}

/** Data with what else is to be said about one message: `client.send(pattern, new BatonRecord(data, { timeoutMs }))`. */
export class BatonRecord<Data = unknown> {
  constructor(
    readonly data: Data,
    readonly options: BatonRecordOptions = {},
  ) {}
}
