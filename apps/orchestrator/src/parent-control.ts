import { Inject, Injectable } from '@nestjs/common';
import { type Logger } from '@baton/observability';
import { MeshControl, type ShutdownMode } from './api/system/mesh-control';
import { LOGGER } from './tokens';

/** Asks the launcher, which owns the processes, to end the mesh; without one only this process ends. */
@Injectable()
export class ParentControl extends MeshControl {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {
    super();
  }

  shutdown(mode: ShutdownMode, by: string): void {
    this.logger.warn({ event: 'mesh.shutdown', mode, by }, 'shutdown requested');
    if (process.send) process.send({ type: 'shutdown', mode });
    else process.kill(process.pid, 'SIGTERM');
  }
}
