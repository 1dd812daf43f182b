import { type INestMicroservice, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { createLogger } from '@baton/observability';
import { type Bus } from '../src';
import {
  BatonClient,
  type BatonClientOptions,
  BatonServer,
  type BatonServerOptions,
  MeshErrorFilter,
} from '../src/nest';

const logger = createLogger('nest-test', 'silent');

/** Nest services of one spec file, closed with it. */
export class NestServices {
  private readonly apps: INestMicroservice[] = [];
  private readonly clients: BatonClient[] = [];

  /** A microservice of these controllers that listens. */
  async start(
    bus: Bus,
    controllers: readonly Type[],
    options: Omit<BatonServerOptions, 'bus' | 'logger'>,
  ): Promise<INestMicroservice> {
    class ServiceModule {}
    Module({ controllers: [...controllers] })(ServiceModule);
    const strategy = new BatonServer({ bus, logger, ...options });
    const app = await NestFactory.createMicroservice(ServiceModule, { strategy, logger: false });
    app.useGlobalFilters(new MeshErrorFilter());
    this.apps.push(app);
    await app.listen();
    return app;
  }

  client(bus: Bus, options: Omit<Partial<BatonClientOptions>, 'bus'> = {}): BatonClient {
    const client = new BatonClient({ bus, logger, ...options });
    this.clients.push(client);
    return client;
  }

  async closeAll(): Promise<void> {
    await Promise.all(this.apps.splice(0).map((app) => app.close()));
    await Promise.all(this.clients.splice(0).map((client) => client.close()));
  }
}
