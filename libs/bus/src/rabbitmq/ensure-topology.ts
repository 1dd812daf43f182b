import { type Channel } from 'amqplib';
import { exchanges, queues } from '../topology';
import { declareTopology, type DurableQueueType } from './declare';
import { declarationError, replyCode } from './failure';
import { openChannel, type Session } from './session';

const ACCESS_REFUSED = 403;
const NOT_FOUND = 404;

export interface TopologyWay {
  readonly durableQueueType: DurableQueueType;
  /** Others declare it. */
  readonly expectsTopology: boolean;
}

/**
 * Makes sure that exchanges and dead letters stand. Who expects them only looks for what is declared last, and declares
 * them when it is not there. A user who may not declare, such as an agent with credentials of its own, looks whether the
 * services have. Throws as `declareTopology` does, and UnroutableError when they have not.
 */
export async function ensureTopology(session: Session, way: TopologyWay): Promise<void> {
  if (way.expectsTopology && (await stands(session))) return;
  try {
    await onChannel(session, (channel) => declareTopology(channel, way.durableQueueType));
  } catch (error) {
    if (replyCode(error) !== ACCESS_REFUSED) throw error;
    await onChannel(session, lookForExchanges);
  }
}

async function stands(session: Session): Promise<boolean> {
  try {
    await onChannel(session, async (channel) => void (await channel.checkQueue(queues.deadLetters.name)));
    return true;
  } catch (error) {
    if (replyCode(error) === NOT_FOUND) return false;
    throw error;
  }
}

async function lookForExchanges(channel: Channel): Promise<void> {
  for (const { name } of Object.values(exchanges)) {
    try {
      await channel.checkExchange(name);
    } catch (error) {
      throw declarationError(`Exchange ${name}`, error);
    }
  }
}

async function onChannel(session: Session, act: (channel: Channel) => Promise<void>): Promise<void> {
  const channel = await openChannel(session.consuming, 'plain', () => undefined);
  await act(channel);
  await channel.close();
}
