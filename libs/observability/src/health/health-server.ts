import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Logger } from '../logger';
import { listenError } from '../listen-error';
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

/** A small listener of its own for GET /healthz, /healthz/live and /healthz/ready. Throws ConfigurationError. */
export async function startHealthServer(options: HealthServerOptions): Promise<SmallServer> {
  const adapter = new FastifyAdapter({ forceCloseConnections: true });
  const app = await NestFactory.create<NestFastifyApplication>(HealthModule.with(options.checks), adapter, {
    logger: nestLogger(options.logger),
    abortOnError: false,
  });
  try {
    await app.listen(options.port, options.address ?? '127.0.0.1');
  } catch (error) {
    await app.close();
    throw listenError('HEALTH_PORT', options.port, error as Error);
  }
  const address = app.getHttpServer().address();
  return { port: typeof address === 'object' && address ? address.port : options.port, close: () => app.close() };
}
