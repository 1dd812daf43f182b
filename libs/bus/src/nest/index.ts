export { BatonServer, batonTransport } from './baton-server';
export type { BatonServerOptions, HandlerExtras } from './baton-server';
export { BusContext } from './bus-context';
export { MeshErrorFilter } from './mesh-error.filter';
