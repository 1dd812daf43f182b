export type ShutdownMode = 'graceful' | 'immediate';

/** Ends the mesh from within. Provided by whoever owns the processes. */
export abstract class MeshControl {
  /** Begins the shutdown and returns; the answer to the request still goes out. */
  abstract shutdown(mode: ShutdownMode, by: string): void;
}
