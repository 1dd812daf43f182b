import { resolve } from 'node:path';
import { optionsFrom, readCredentials, type readEnvironment, readMeshFile, startMesh } from '../mesh';
import { SetupError } from '../services';
import { MeshClient } from './mesh-client';

/** A mesh to work with; `leave` stops it when it was started for this. */
export interface ReachedMesh {
  readonly client: MeshClient;
  readonly startedHere: boolean;
  leave(): Promise<void>;
}

/** The mesh that runs on the data folder, or one started for this on free ports. */
export async function reachMesh(
  environment: ReturnType<typeof readEnvironment>,
  root: string,
  tell: (line: string) => void,
): Promise<ReachedMesh> {
  const dataDir = resolve(environment.BATON_DATA_DIR);
  const running = readMeshFile(dataDir);
  if (running) {
    tell(`using the mesh that runs at ${running.api}`);
    return { client: await signIn(running.api, dataDir), startedHere: false, leave: () => Promise.resolve() };
  }
  const { ports: _ports, ...options } = optionsFrom(environment);
  // The documents lie below the root wherever the agents are started from.
  const allowed = environment.RESEARCH_ALLOWED_PATHS ?? root;
  const mesh = await startMesh({ ...options, environment: { RESEARCH_ALLOWED_PATHS: allowed }, progress: tell });
  return { client: new MeshClient(mesh.api, () => mesh.token()), startedHere: true, leave: () => mesh.stop() };
}

async function signIn(api: string, dataDir: string): Promise<MeshClient> {
  const credentials = readCredentials(dataDir);
  if (!credentials) {
    throw new SetupError(
      `A mesh runs at ${api} but ${dataDir}/credentials.json is missing. Stop that mesh and try again.`,
    );
  }
  const open = new MeshClient(api, () => Promise.resolve(''));
  const { accessToken } = await open.request<{ accessToken: string }>('POST', '/api/auth/token', credentials);
  return new MeshClient(api, () => Promise.resolve(accessToken));
}
