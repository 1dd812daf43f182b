import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import {
  Controller,
  type INestApplicationContext,
  type INestMicroservice,
  Inject,
  Injectable,
  Module,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type ClientProxy, ClientsModule, Ctx, EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { type Bus, connectBus, createMessenger } from '@baton/bus';
import { BatonClient, BatonRecord, BatonServer, BusContext, MeshErrorFilter, requestsTo } from '@baton/bus/nest';
import { defineMessage, NotFoundError, objectSchema } from '@baton/contracts';
import { createLogger } from '@baton/observability';
import { firstValueFrom } from 'rxjs';

// docs/guides/nest.md is about this file: a shop that takes orders, and a till that places them.

// #region kinds
export interface Order {
  readonly sku: string;
  readonly pieces: number;
}
export const orderPlace = defineMessage<Order>({
  type: 'com.example.order.place.v1',
  summary: 'Place an order.',
  schema: objectSchema({ sku: { type: 'string' }, pieces: { type: 'integer', minimum: 1 } }),
});
// #endregion kinds

const logger = createLogger('shop', 'warn');

// #region controller
@Controller()
export class ShopController {
  readonly shipped: string[] = [];
  readonly heard: string[] = [];

  /** A request: what it returns is the answer, what it throws is a problem. */
  @MessagePattern(orderPlace.type)
  place(@Payload() order: Order): { readonly total: number } {
    if (order.sku === 'unicorn') throw new NotFoundError('NOT_FOUND', `Product ${order.sku}`);
    return { total: order.pieces * 5 };
  }

  /** Events by key, from a queue that waits while no replica is there: `*` is one word, `#` any number. */
  @EventPattern<string>('order.*.paid')
  ship(@Payload() order: Order, @Ctx() context: BusContext): void {
    this.shipped.push(`${order.pieces} ${order.sku} (${context.message.key})`);
  }

  /** What is said in a channel, as far as it passes the filter. */
  @EventPattern<string>(orderPlace.type, { channel: 'sales', create: true, filter: { jsonata: 'data.pieces >= 100' } })
  celebrate(@Payload() order: Order): void {
    this.heard.push(`a large order of ${order.sku}`);
  }

  /** A message to this service alone. */
  @EventPattern<string>('com.example.greeting.v1', { direct: true })
  greet(@Payload() text: string, @Ctx() context: BusContext): void {
    this.heard.push(`${text} (by ${context.event.source})`);
  }
}
// #endregion controller

@Module({ controllers: [ShopController] })
class ShopModule {}

// #region server
export async function startShop(url: string): Promise<{ readonly app: INestMicroservice; readonly bus: Bus }> {
  const bus = await connectBus({ url, name: 'shop', source: '/services/shop', logger });
  const strategy = new BatonServer({
    bus,
    logger,
    service: 'shop',
    requests: requestsTo('shop'),
    kinds: [orderPlace],
    messenger: createMessenger({ bus, logger, addresses: ['shop-desk'], owner: randomUUID() }),
  });
  const app = await NestFactory.createMicroservice(ShopModule, { strategy, logger: false });
  app.useGlobalFilters(new MeshErrorFilter());
  await app.listen();
  return { app, bus };
}
// #endregion server

// #region client
@Injectable()
export class Till {
  constructor(@Inject('SHOP') private readonly shop: ClientProxy) {}

  order(order: Order): Promise<{ readonly total: number }> {
    return firstValueFrom(this.shop.send(orderPlace.type, new BatonRecord(order, { timeoutMs: 2000 })));
  }

  /** `heard` when somebody was there to take it, or a queue that waits for them. */
  paid(order: Order): Promise<string> {
    return firstValueFrom(this.shop.emit({ type: orderPlace.type, key: `order.${order.sku}.paid` }, order));
  }

  async announce(order: Order): Promise<void> {
    await firstValueFrom(this.shop.emit({ type: orderPlace.type, channel: 'sales' }, order));
    await firstValueFrom(this.shop.emit({ type: 'com.example.greeting.v1', to: 'shop-desk' }, 'Good morning'));
  }
}

export function startTill(url: string): Promise<INestApplicationContext> {
  const options = {
    bus: () => connectBus({ url, name: 'till', source: '/services/till', logger }),
    logger,
    to: 'shop',
    kinds: [orderPlace],
  };
  @Module({
    imports: [ClientsModule.register([{ name: 'SHOP', customClass: BatonClient, options }])],
    providers: [Till],
  })
  class TillModule {}
  return NestFactory.createApplicationContext(TillModule, { logger: false });
}
// #endregion client
