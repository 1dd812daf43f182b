import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { listenError } from '@baton/observability';

/** Throws ConfigurationError when the port is taken. */
export async function listen(app: NestFastifyApplication, port: number, address: string): Promise<void> {
  try {
    await app.listen(port, address);
  } catch (error) {
    await app.close();
    throw listenError('AGENT_ORCHESTRATOR_PORT', port, error as NodeJS.ErrnoException);
  }
}
