import { connect, credentials, type ChannelModel } from 'amqplib';
import { type Address } from './address';
import { readBroker, type BrokerInfo } from './broker-features';
import { type Gathering, gatherWrites } from './gather-writes';
import { readTls } from './tls';
import { describeTlsFailure, ExplainedFailure } from './tls-failure';

/** A connection to a broker that is fit for us. */
export interface Dialed {
  readonly model: ChannelModel;
  readonly broker: BrokerInfo;
}

/** Connects within about `timeoutMs`. Throws what the socket or the broker says, as ExplainedFailure where we know more. */
export async function dial(address: Address, name: string, timeoutMs: number): Promise<Dialed> {
  const model = await reach(address, name, timeoutMs);
  // An `error` nobody listens to ends the process; `close` follows each and is what counts.
  model.on('error', () => undefined);
  const socket = socketOf(model);
  if (socket) gatherWrites(socket);
  try {
    return { model, broker: readBroker(model.connection.serverProperties) };
  } catch (error) {
    socket?.destroy();
    throw error;
  }
}

async function reach(address: Address, name: string, timeoutMs: number): Promise<ChannelModel> {
  const { url, tls, external } = address;
  try {
    return await connect(url, {
      noDelay: true,
      keepAlive: true,
      timeout: timeoutMs,
      clientProperties: { connection_name: name },
      ...(tls && readTls(tls)),
      ...(external && { credentials: credentials.external() }),
    });
  } catch (error) {
    const known = tls && describeTlsFailure(error);
    throw known ? new ExplainedFailure(known.failure, known.advice, error) : error;
  }
}

/** What is needed of a socket. */
export interface Plug extends Gathering {
  readonly bytesRead: number;
  destroy(): void;
}

/** The socket below amqplib, which has no name for it. */
export function socketOf(model: ChannelModel): Plug | undefined {
  return (model.connection as unknown as { stream?: Plug }).stream;
}
