import {
  type HealthCheck,
  type Logger,
  type SmallServer,
  startHealthServer,
  startMetricsServer,
} from '@baton/observability';
import { type Registry } from 'prom-client';

export interface OpsAddresses {
  readonly healthPort: number;
  readonly metricsPort: number;
  readonly address: string;
}

/** The two small listeners beside the API: health and metrics. */
export class OpsServers {
  private servers: SmallServer[] = [];

  constructor(
    private readonly addresses: OpsAddresses,
    private readonly checks: readonly HealthCheck[],
    private readonly registry: Registry,
    private readonly logger: Logger,
  ) {}

  /** The ports in use, once started. */
  get ports(): { readonly health: number; readonly metrics: number } {
    const [health, metrics] = this.servers;
    if (!health || !metrics) throw new Error('The listeners have not been started.');
    return { health: health.port, metrics: metrics.port };
  }

  /** Throws ConfigurationError when a port is taken. */
  async start(): Promise<void> {
    const { healthPort, metricsPort, address } = this.addresses;
    const { checks, registry, logger } = this;
    const health = await startHealthServer({ port: healthPort, address, checks, logger });
    this.servers = [health];
    this.servers.push(await startMetricsServer({ port: metricsPort, address, registry, logger }));
  }

  async stop(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.close()));
  }
}
