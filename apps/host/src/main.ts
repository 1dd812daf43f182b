import 'reflect-metadata';
import { createLogger, nestLogger, runProcess, startHealthServer } from '@baton/observability';
import { NestFactory } from '@nestjs/core';
import { readConfig, readLogLevel } from './config';
import { Desk } from './desk';
import { healthChecks } from './health-checks';
import { planFromFile } from './host';
import { HostModule } from './host.module';
import { Supervisor } from './supervisor/supervisor';

const logger = createLogger('host', readLogLevel());
/** The longest drain that can be set, and a farewell: the host itself bounds how long its agents take. */
const GRACE_MS = 3_600_000 + 15_000;

async function start(): Promise<{ ready: Record<string, unknown>; stop(): Promise<void> }> {
  const config = readConfig();
  planFromFile(config); // a wrong deployment is told before anything is connected
  const module = HostModule.with(config, { logger, logs: process.stdout });
  const app = await NestFactory.createApplicationContext(module, { logger: nestLogger(logger), abortOnError: false });
  const desk = app.get(Desk, { strict: false });
  const checks = healthChecks(desk, app.get(Supervisor));
  const health = await startHealthServer({ port: config.HEALTH_PORT, checks, logger });
  const stop = async (): Promise<void> => {
    await health.close();
    await app.close();
  };
  return { ready: { hostId: desk.hostId, health: `http://127.0.0.1:${health.port}` }, stop };
}

void runProcess(logger, start, GRACE_MS);
