import { parseAddresses } from './address';
import { type BrokerInfo } from './broker-features';
import { type ConnectBusOptions } from './connect';
import { openSession } from './session';
import { readTls } from './tls';

/**
 * Connects to the first of the brokers that can be used, and leaves again; declares nothing. Throws ConfigurationError,
 * or the BrokerUnavailableError of the last one tried.
 */
export async function checkBroker({ url, tls }: Pick<ConnectBusOptions, 'url' | 'tls'>): Promise<BrokerInfo> {
  if (tls) readTls(tls);
  let failure: unknown = new Error('no broker is named');
  for (const address of parseAddresses(url, 10, tls)) {
    try {
      const session = await openSession(address, { name: 'check', timeoutMs: 5_000, sockets: 'two' });
      await session.close();
      return session.broker;
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}
