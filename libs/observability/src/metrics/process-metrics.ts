import { collectDefaultMetrics, Registry } from 'prom-client';

/** A registry with the process's own figures: memory, CPU, event loop lag, garbage collection. */
export function createMetricsRegistry(app: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ app });
  collectDefaultMetrics({ register: registry });
  return registry;
}
