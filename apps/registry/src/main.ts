import 'reflect-metadata';
import { createLogger, nestLogger, runProcess } from '@baton/observability';
import { NestFactory } from '@nestjs/core';
import { readConfig, readLogLevel } from './config';
import { RegistryModule } from './registry.module';

const logger = createLogger('registry', readLogLevel());

void runProcess(logger, async () => {
  const module = RegistryModule.with(readConfig(), logger);
  const app = await NestFactory.createApplicationContext(module, { logger: nestLogger(logger), abortOnError: false });
  return { ready: {}, stop: () => app.close() };
});
