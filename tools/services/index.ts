export { startServices, type Services, type ServicesOptions } from './start-services';
export { startCluster, type Cluster, type ClusterOptions } from './rabbitmq-cluster';
export { PrivateService } from './private-service';
export { type PackageSet, packageTree } from './debian-packages';
export { Guardian } from './guardian';
export { DataFolderInUseError, reasonOf, SetupError } from './setup-error';
export { freePort, isFree } from './free-port';
export { waitUntil } from './leftover';
