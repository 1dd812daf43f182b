import { ConfigurationError } from '@baton/observability';
import { reasonOf, SetupError } from '../services';
import { benchScenarios } from './bench-scenarios';
import { benchEta } from './eta';
import { benchPeers } from './peers';

const tell = (line: string): void => console.error(`bench: ${line}`);

async function main(): Promise<void> {
  const stopped = new AbortController();
  // One signal may arrive twice, from the terminal and from npm: both stop, and neither ends this before all is down.
  const stop = (): void => {
    if (!stopped.signal.aborted) tell('stopping');
    stopped.abort(new SetupError('stopped by a signal'));
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  const [first, ...rest] = process.argv.slice(2);
  if (first === 'peers') return benchPeers(rest, { signal: stopped.signal, progress: tell });
  if (first === 'eta') return benchEta(rest, tell);
  await benchScenarios(process.argv.slice(2), { signal: stopped.signal, progress: tell });
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    tell(reasonOf(error));
    process.exit(error instanceof ConfigurationError ? 78 : error instanceof SetupError ? error.exitCode : 1);
  },
);
