import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Logger } from '../logger';
import { nestLogger } from '../nest-logger';
import { type HealthCheck } from './health-check';
import { HealthModule } from './health.module';

export interface HealthServerOptions {
  /** 0: any free port. */
  readonly port: number;
  /** Default 127.0.0.1. */
  readonly address?: string;
  readonly checks: readonly HealthCheck[];
  readonly logger: Logger;
}
export interface SmallServer {
  readonly port: number;
  close(): Promise<void>;
}

/** A small listener of its own for GET /healthz, /healthz/live and /healthz/ready. Throws when the port is taken. */
export async function startHealthServer(options: HealthServerOptions): Promise<SmallServer> {
  const adapter = new FastifyAdapter({ forceCloseConnections: true });
  const app = await NestFactory.create<NestFastifyApplication>(HealthModule.with(options.checks), adapter, {
    logger: nestLogger(options.logger),
    abortOnError: false,
  });
  await app.listen(options.port, options.address ?? '127.0.0.1');
  const address = app.getHttpServer().address();
  return { port: typeof address === 'object' && address ? address.port : options.port, close: () => app.close() };
}
