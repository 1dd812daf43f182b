import { ConfigurationError } from '@baton/observability';
import { loadDotEnv, optionsFrom, readEnvironment, startMesh } from '../mesh';
import { reasonOf, SetupError } from '../services';

const tell = (line: string): void => console.error(`baton: ${line}`);

/**
 * Resolves with the first wish to stop; a second signal, at least a second later, ends everything at once. One Ctrl-C
 * may arrive twice, from the terminal and from npm.
 */
function stopWish(): { asked: Promise<void>; ask: () => void } {
  let first = 0;
  let resolveAsked = (): void => undefined;
  const asked = new Promise<void>((resolve) => (resolveAsked = resolve));
  const ask = (): void => {
    if (first > 0 && Date.now() - first > 1_000) process.exit(130);
    if (first === 0) tell('stopping (once more: at once)');
    first ||= Date.now();
    resolveAsked();
  };
  process.on('SIGINT', ask).on('SIGTERM', ask);
  return { asked, ask };
}

async function main(): Promise<void> {
  loadDotEnv();
  const options = optionsFrom(readEnvironment(process.env));
  const { asked, ask } = stopWish();
  const starting = startMesh({ ...options, progress: tell, onShutdown: ask });
  const first = await Promise.race([starting, asked]);
  const mesh = first ?? (await starting);
  if (first) {
    console.log(`ready ${mesh.api}`);
    console.log(`docs  ${mesh.api}/api/docs`);
    await asked;
  }
  await mesh.stop();
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    tell(reasonOf(error));
    process.exit(error instanceof ConfigurationError ? 78 : error instanceof SetupError ? error.exitCode : 1);
  },
);
