import { type MessageHandler, type Messenger } from '../messaging/messenger';
import { type Endpoint, type Plan } from './endpoint';

/** Hears direct messages and channels for the endpoints that want them. Throws when that takes a messenger there is not. */
export async function converse(
  messenger: Messenger | undefined,
  { direct, channels }: Pick<Plan, 'direct' | 'channels'>,
  toHandler: (endpoint: Endpoint) => MessageHandler,
): Promise<void> {
  if (direct.length === 0 && channels.size === 0) return;
  if (!messenger) {
    throw new TypeError('BatonServer has handlers of direct messages or channels and needs a `messenger` for them.');
  }
  if (direct.length > 0) await messenger.receive(direct.map(toHandler));
  for (const [channel, endpoints] of channels) {
    const wish = (name: 'durable' | 'create'): boolean => endpoints.some(({ extras }) => extras[name] === true);
    await messenger.join(channel, endpoints.map(toHandler), { durable: wish('durable'), create: wish('create') });
  }
}
