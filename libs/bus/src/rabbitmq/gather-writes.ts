/** What is needed of a socket. */
export interface Gathering {
  write(...chunk: unknown[]): boolean;
  cork(): void;
  uncork(): void;
}

/**
 * What is written in one turn leaves in one system call. The client writes message by message, and at thousands of
 * small messages a second those calls, and the broker's reads of them, cost more than everything else together.
 */
export function gatherWrites(socket: Gathering): void {
  const write = socket.write.bind(socket);
  let gathering = false;
  socket.write = (...chunk) => {
    if (!gathering) {
      gathering = true;
      socket.cork();
      process.nextTick(() => {
        gathering = false;
        socket.uncork();
      });
    }
    return write(...chunk);
  };
}
