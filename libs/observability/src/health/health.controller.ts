import { Controller, Get, Header, HttpStatus, Inject, Res, ServiceUnavailableException } from '@nestjs/common';
import { HealthCheckService, type HealthIndicatorFunction, HealthIndicatorService } from '@nestjs/terminus';
import { type HealthCheck, runCheck } from './health-check';

export const HEALTH_CHECKS = Symbol('HealthChecks');

interface Reply {
  status(code: number): unknown;
}

/** `ok` with 200 while everything is up, else 503 with what is down. Liveness asks nothing but whether we answer. */
@Controller('healthz')
export class HealthController {
  constructor(
    @Inject(HealthCheckService) private readonly health: HealthCheckService,
    @Inject(HealthIndicatorService) private readonly indicators: HealthIndicatorService,
    @Inject(HEALTH_CHECKS) private readonly checks: readonly HealthCheck[],
  ) {}

  @Get()
  @Header('cache-control', 'no-store')
  all(@Res({ passthrough: true }) reply: Reply): Promise<unknown> {
    return this.report(this.checks, reply);
  }

  @Get('live')
  @Header('cache-control', 'no-store')
  live(@Res({ passthrough: true }) reply: Reply): Promise<unknown> {
    return this.report([], reply);
  }

  @Get('ready')
  @Header('cache-control', 'no-store')
  ready(@Res({ passthrough: true }) reply: Reply): Promise<unknown> {
    return this.report(this.checks, reply);
  }

  private async report(checks: readonly HealthCheck[], reply: Reply): Promise<unknown> {
    try {
      return await this.health.check(checks.map((check) => this.indicator(check)));
    } catch (error) {
      if (!(error instanceof ServiceUnavailableException)) throw error;
      reply.status(HttpStatus.SERVICE_UNAVAILABLE);
      return error.getResponse();
    }
  }

  private indicator(check: HealthCheck): HealthIndicatorFunction {
    return async () => {
      const indicator = this.indicators.check(check.name);
      try {
        return indicator.up(await runCheck(check));
      } catch (error) {
        return indicator.down({ message: error instanceof Error ? error.message : String(error) });
      }
    };
  }
}
