import { createLogger, type RunningProcess, runProcess } from '@baton/observability';
import { type AgentOptions } from './agent-options';
import { type AgentConfig, readAgentConfig } from './config';
import { startAgent } from './start-agent';

/** Beyond the drain: time to hand back, report and say farewell before the process is ended by force. */
const afterDrainMs = 10_000;

/**
 * Makes this process an agent. Resolves when it runs; the process lives until SIGTERM, SIGINT, a drain order or the
 * death of its parent, then drains for at most BATON_DRAIN_MS and exits. A wrong configuration exits 78.
 */
export async function runAgent(options: AgentOptions): Promise<void> {
  const read = readConfig(options);
  if ('fault' in read) {
    return runProcess(createLogger(options.family), () => Promise.reject(read.fault));
  }
  const logger = createLogger(read.name, read.logLevel);
  const start = (): Promise<RunningProcess> => startAgent(options, read, logger.child({ agentId: read.agentId }));
  await runProcess(logger, start, read.drainMs + afterDrainMs);
}

function readConfig(options: AgentOptions): AgentConfig | { readonly fault: Error } {
  try {
    return readAgentConfig(options.family, options.name, options.environment);
  } catch (error) {
    return { fault: error as Error };
  }
}
