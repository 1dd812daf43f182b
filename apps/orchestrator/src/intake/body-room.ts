const MiB = 1024 * 1024;

/**
 * Bytes of requests this process holds before they are stored, over all its doors (I8). A body that finds no room is
 * not read: whoever sent it comes again.
 */
export class BodyRoom {
  private held = 0;

  constructor(private readonly limit = 32 * MiB) {}

  /** False when it is full; nothing is taken then. */
  take(bytes: number): boolean {
    if (this.held + bytes > this.limit) return false;
    this.held += bytes;
    return true;
  }

  /** What was taken before. */
  give(bytes: number): void {
    this.held -= bytes;
  }
}
