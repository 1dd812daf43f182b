import 'reflect-metadata';
import { createLogger, nestLogger, runProcess } from '@baton/observability';
import { NestFactory } from '@nestjs/core';
import { readConfig, readLogLevel } from './config';
import { planFromFile } from './host';
import { HostModule } from './host.module';
import { IDENTITY, type Identity } from './ports';

const logger = createLogger('host', readLogLevel());
/** The drain of its agents, their farewell, and its own. */
const GRACE_MS = 3_610_000;

void runProcess(
  logger,
  async () => {
    const config = readConfig();
    planFromFile(config); // a wrong deployment is told before anything is connected
    const module = HostModule.with(config, logger, process.stdout);
    const app = await NestFactory.createApplicationContext(module, { logger: nestLogger(logger), abortOnError: false });
    const { hostId } = app.get<Identity>(IDENTITY, { strict: false });
    return { ready: { hostId }, stop: () => app.close() };
  },
  GRACE_MS,
);
