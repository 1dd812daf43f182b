import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { builtFile } from '../../tools/build';

export interface FailedStart {
  readonly code: number | null;
  /** Everything it wrote. */
  readonly said: string;
}

/** Runs one process of the mesh by hand; resolves when it has given up. */
export async function failedStart(app: string, environment: Record<string, string>): Promise<FailedStart> {
  const ports = { AGENT_ORCHESTRATOR_PORT: '0', HEALTH_PORT: '0', METRICS_PORT: '0' };
  const env = { ...process.env, ...ports, ...environment };
  const child = spawn(process.execPath, [builtFile(app)], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const late = setTimeout(() => child.kill('SIGKILL'), 40_000);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(late);
  return { code, said };
}
