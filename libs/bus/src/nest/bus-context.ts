import { BaseRpcContext } from '@nestjs/microservices';
import { type CloudEvent } from '@baton/contracts';
import { type Received } from '../messaging/messenger';

/** What a handler may ask for with `@Ctx()`: the message whose data it got, and how it came. */
export class BusContext extends BaseRpcContext<[Received<unknown>]> {
  /** With pattern, channel or key, headers, `redelivered`, and the user the broker has checked. */
  get message(): Received<unknown> {
    return this.args[0];
  }

  get event(): CloudEvent<unknown> {
    return this.args[0].event;
  }
}
