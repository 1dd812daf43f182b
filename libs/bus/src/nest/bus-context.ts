import { BaseRpcContext } from '@nestjs/microservices';
import { type CloudEvent } from '@baton/contracts';
import { type Delivery } from '../bus';

/** What a handler may ask for with `@Ctx()`: the event whose data it got, and the delivery it came with. */
export class BusContext extends BaseRpcContext<[CloudEvent<unknown>, Delivery]> {
  get event(): CloudEvent<unknown> {
    return this.args[0];
  }

  get delivery(): Delivery {
    return this.args[1];
  }
}
