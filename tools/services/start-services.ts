import { resolve } from 'node:path';
import { type TlsFiles } from '@baton/bus';
import { claim } from './data-folder';
import { checkGivenBroker, checkGivenDatabase } from './given-service';
import { Guardian } from './guardian';
import { planPostgres } from './postgres';
import { PrivateService } from './private-service';
import { planRabbit } from './rabbitmq';
import { rabbitTree, sharedPackages } from './rabbitmq-packages';
import { loadServiceState, saveServiceState, type ServiceState } from './service-state';

export interface ServicesOptions {
  /** Everything the private instances keep: data, logs, passwords (mode 0600). One live mesh per folder. */
  dataDir: string;
  /** Use this broker instead of a private one. */
  messageQueueUrl?: string | undefined;
  /** The certificates it takes, when it is an amqps one. */
  brokerTls?: TlsFiles;
  /** Use this database instead of a private one. */
  databaseUrl?: string | undefined;
  /** Where fetched programs are kept; shared by all data folders of the clone when not given. */
  packagesDir?: string;
  /** Also start the private broker's management API. */
  management?: boolean;
  progress: (line: string) => void;
}

export interface Services {
  messageQueueUrl: string;
  databaseUrl: string;
  /** Absent when the URL was given. */
  broker?: PrivateService;
  database?: PrivateService;
  managementUrl?: string;
  /** Ends processes of the mesh that outlive this one; the private services run under it. */
  guardian: Guardian;
  stop(): Promise<void>;
}

/**
 * Both services, ready to use: the given ones after a check that they answer, otherwise private ones that keep their
 * data and, when free, their ports from start to start. They end with this process, however it ends.
 * Rejects with a SetupError that says what to do.
 */
export async function startServices(options: ServicesOptions): Promise<Services> {
  const dataDir = resolve(options.dataDir);
  const release = claim(dataDir);
  const guardian = new Guardian();
  const stop = async (): Promise<void> => {
    await guardian.close();
    release();
  };
  try {
    return { ...(await bringUp({ ...options, dataDir }, guardian, stop)), guardian };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Started = Omit<Services, 'guardian'>;

async function bringUp(options: ServicesOptions, guardian: Guardian, close: () => Promise<void>): Promise<Started> {
  const state = loadServiceState(options.dataDir);
  if (options.messageQueueUrl) await checkGivenBroker(options.messageQueueUrl, options.brokerTls);
  if (options.databaseUrl) await checkGivenDatabase(options.databaseUrl);
  const [database, broker] = await settled([
    options.databaseUrl ? given(options.databaseUrl) : startDatabase(options, state, guardian),
    options.messageQueueUrl ? given(options.messageQueueUrl) : startBroker(options, state, guardian),
  ]);
  const stop = async (): Promise<void> => {
    await Promise.all([broker.service?.stop(), database.service?.stop()]);
    await close();
  };
  const services: Started = { messageQueueUrl: broker.url, databaseUrl: database.url, stop };
  if (broker.service) services.broker = broker.service;
  if (database.service) services.database = database.service;
  if (broker.managementUrl) services.managementUrl = broker.managementUrl;
  return services;
}

interface Running {
  url: string;
  service?: PrivateService;
  managementUrl?: string | undefined;
}

/** Waits for both even when one fails, so that nothing is still being started when the failure is reported. */
async function settled(work: [Promise<Running>, Promise<Running>]): Promise<[Running, Running]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}

const given = (url: string): Promise<Running> => Promise.resolve({ url });

async function startDatabase(options: ServicesOptions, state: ServiceState, guardian: Guardian): Promise<Running> {
  const plan = await planPostgres(options.dataDir, state, options.progress);
  saveServiceState(options.dataDir, state);
  await plan.initialise();
  const service = supervised(new PrivateService(guardian, plan.recipe), options);
  await service.start();
  await plan.createDatabase();
  return { url: plan.url, service };
}

async function startBroker(options: ServicesOptions, state: ServiceState, guardian: Guardian): Promise<Running> {
  const tree = await rabbitTree(resolve(options.packagesDir ?? sharedPackages), options.progress);
  const management = options.management ?? false;
  const plan = await planRabbit({ dataDir: options.dataDir, state, tree, guardian, management });
  saveServiceState(options.dataDir, state);
  options.progress('starting the private RabbitMQ');
  const service = supervised(new PrivateService(guardian, plan.recipe), options);
  await service.start();
  return { url: plan.url, service, managementUrl: plan.managementUrl };
}

function supervised(service: PrivateService, { progress }: ServicesOptions): PrivateService {
  service.on('trouble', progress);
  service.on('restarted', () => progress(`the private ${service.name} answers again`));
  return service;
}
