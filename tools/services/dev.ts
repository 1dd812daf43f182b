/** node -r @swc-node/register tools/services/dev.ts <dataDir>: both services until Ctrl-C, their addresses as exports. */
import { reasonOf, SetupError, startServices } from '.';

async function main(dataDir: string | undefined): Promise<void> {
  if (!dataDir)
    throw new SetupError('Which data folder? Use: node -r @swc-node/register tools/services/dev.ts <dataDir>', 78);
  const services = await startServices({ dataDir, management: true, progress: (line) => console.error(line) });
  console.log(`export MESSAGE_QUEUE_URL=${services.messageQueueUrl}`);
  console.log(`export DATABASE_URL=${services.databaseUrl}`);
  // A terminal and a wrapper may each deliver the same Ctrl-C: the handlers stay.
  await new Promise((resolve) => process.on('SIGINT', resolve).on('SIGTERM', resolve));
  await services.stop();
}

main(process.argv[2]).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(reasonOf(error));
    process.exit(error instanceof SetupError ? error.exitCode : 1);
  },
);
