import { connect } from 'node:net';
import { join } from 'node:path';
import { type Guardian } from './guardian';
import { waitUntil } from './leftover';
import { nodeOrder, type RabbitNode } from './rabbitmq-node';
import { SetupError } from './setup-error';

/** Whether somebody listens on this loopback port. */
export function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Erlang's port mapper: without it a node does not boot. One for all nodes of a cluster. */
export class PortMapper {
  private starting: Promise<void> | undefined;

  constructor(private readonly guardian: Guardian) {}

  /** Resolves when it listens; nodes that ask at a time start it once. */
  async ensure(node: RabbitNode): Promise<void> {
    this.starting ??= this.start(node).finally(() => (this.starting = undefined));
    await this.starting;
  }

  /** In the foreground it is a child like any other and leaves no orphan. */
  private async start(node: RabbitNode): Promise<void> {
    const port = node.ports.portMapper;
    if (await listens(port)) return;
    await this.guardian.start({
      ...nodeOrder(node, 'Erlang port mapper', 'epmd'),
      command: node.tree.epmd,
      args: ['-address', '127.0.0.1', '-port', String(port)],
      stopTimeoutMs: 2_000,
    });
    if (await waitUntil(() => listens(port), 10_000)) return;
    const log = join(node.dataDir, 'logs', 'epmd.log');
    throw new SetupError(`The Erlang port mapper does not listen on port ${port}; ${log} may tell why.`);
  }
}
