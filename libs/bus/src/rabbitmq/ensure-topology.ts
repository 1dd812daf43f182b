import { type Channel } from 'amqplib';
import { exchanges } from '../topology';
import { declareTopology, type DurableQueueType } from './declare';
import { declarationError, replyCode } from './failure';
import { openChannel, type Session } from './session';

const ACCESS_REFUSED = 403;

/**
 * Makes sure that the exchanges stand. A user who may not declare them, such as an agent with credentials of its own,
 * looks whether the services have. Throws as `declareTopology` does, and UnroutableError when they have not.
 */
export async function ensureTopology(session: Session, durableQueueType: DurableQueueType): Promise<void> {
  try {
    await onChannel(session, (channel) => declareTopology(channel, durableQueueType));
  } catch (error) {
    if (replyCode(error) !== ACCESS_REFUSED) throw error;
    await onChannel(session, lookForExchanges);
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
