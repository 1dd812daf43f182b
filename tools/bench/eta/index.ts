export { benchEta } from './bench-eta';
