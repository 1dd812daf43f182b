export { readCredentials, type Credentials } from './credentials';
export { loadDotEnv, readEnvironment, type MeshEnvironment } from './environment';
export { type Mesh } from './mesh';
export { readMeshFile, type MeshFile, type NamedProcess } from './mesh-file';
export { MeshProcess } from './mesh-process';
export { optionsFrom, startMesh, type MeshOptions } from './start-mesh';
