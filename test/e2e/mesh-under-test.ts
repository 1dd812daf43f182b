import { rmSync } from 'node:fs';
import { testFolder } from '@baton/testing';
import { checkInvariants, Database } from '@baton/persistence';
import { type Mesh, type MeshOptions, startMesh } from '../../tools/mesh';
import { ApiClient } from './api-client';

/** A real mesh of processes with services of its own, gone with `stop`. */
export class MeshUnderTest {
  private constructor(
    readonly mesh: Mesh,
    readonly dataDir: string,
  ) {}

  static async start(options: Partial<MeshOptions> = {}): Promise<MeshUnderTest> {
    const dataDir = testFolder('e2e');
    const mesh = await startMesh({
      dataDir,
      progress: () => undefined,
      environment: { LOG_LEVEL: 'info' },
      ...options,
    });
    return new MeshUnderTest(mesh, dataDir);
  }

  /** Through the first door, or the one of the given number. */
  client(door = 0): ApiClient {
    return new ApiClient(this.mesh.orchestrators[door]?.api ?? this.mesh.api, () => this.mesh.token());
  }

  /** The number of the orchestrator that is the brain now; throws while there is none. */
  async brain(): Promise<number> {
    for (const index of this.mesh.orchestrators.keys()) if (await this.brainAt(index)) return index;
    throw new Error('no orchestrator is the brain');
  }

  async brainAt(door: number): Promise<boolean> {
    const status = await this.client(door).get<{ brain: { here: boolean } }>('/api/system/status');
    return status.body.brain.here;
  }

  pid(name: string): number {
    const found = this.mesh.processes.find((process) => process.name === name);
    if (!found) throw new Error(`no process ${name}`);
    return found.pid;
  }

  /** What the database holds breaks no invariant. */
  async expectInvariants(): Promise<void> {
    const database = new Database({ url: this.mesh.services.databaseUrl, name: 'e2e-invariants', connections: 1 });
    try {
      expect((await checkInvariants(database)).violations).toEqual([]);
    } finally {
      await database.close();
    }
  }

  async stop(): Promise<void> {
    await this.mesh.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}
