import { type HealthCheck } from '@baton/observability';
import { type Database, lostCriticalAgents, probeDatabase, readBrainLease } from '@baton/persistence';

/** Agents with this tag must be there for the mesh to be healthy. */
const CRITICAL_TAG = 'critical';

/** What the mesh needs besides the broker: the database, a brain, and its critical agents. */
export function meshChecks(database: Database): HealthCheck[] {
  return [
    { name: 'database', check: () => probeDatabase(database) },
    { name: 'brain', check: () => checkBrain(database) },
    { name: 'criticalAgents', check: () => checkAgents(database) },
  ];
}

async function checkBrain(database: Database): Promise<Readonly<Record<string, unknown>>> {
  const { held, epoch } = await readBrainLease(database);
  if (!held) throw new Error('no orchestrator holds the lease: nothing is dispatched until one takes it');
  return { epoch };
}

async function checkAgents(database: Database): Promise<void> {
  const lost = await lostCriticalAgents(database, CRITICAL_TAG);
  if (lost.length > 0) throw new Error(`lost and not replaced: ${lost.join(', ')}`);
}
