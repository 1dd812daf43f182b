import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { HEALTH_CHECKS, HealthController } from './health.controller';
import { type HealthCheck } from './health-check';

/** GET /healthz, /healthz/live, /healthz/ready over the given checks. */
@Module({})
export class HealthModule {
  static with(checks: readonly HealthCheck[]): DynamicModule {
    return HealthModule.from({ provide: HEALTH_CHECKS, useValue: checks });
  }

  /** `provider` provides HEALTH_CHECKS. */
  static from(provider: Provider): DynamicModule {
    return {
      module: HealthModule,
      imports: [TerminusModule.forRoot({ logger: false })],
      controllers: [HealthController],
      providers: [provider],
      exports: [HEALTH_CHECKS],
    };
  }
}
