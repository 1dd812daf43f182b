export { applications, builtFile, ensureBuilt } from './build';
