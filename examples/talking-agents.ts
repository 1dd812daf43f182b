// Try it: npm start, then twice, each with a name: BATON_AGENT_NAME=ada npm run agent -- examples/talking-agents.ts
// then POST /api/tasks {"capability":"news.tell","input":{"text":"It rains"}}: whoever has the task tells everybody.
import { Injectable } from '@nestjs/common';
import {
  Capability,
  defineMessage,
  type MessageHandler,
  type MessageReceiver,
  Messages,
  onMessage,
  outgoing,
  runAgent,
  type TaskContext,
} from '@baton/agent-sdk';

const text = { type: 'object', required: ['text'], properties: { text: { type: 'string' } } };
const by = { type: 'object', required: ['by'], properties: { by: { type: 'string' } } };
const news = defineMessage<{ text: string }>({ type: 'org.example.news.v1', summary: 'It happened.', schema: text });
const heard = defineMessage<{ by: string }>({ type: 'org.example.heard.v1', summary: 'I know now.', schema: by });

/** Says it in the channel, and returns who heard it within a second. */
class Tell extends Capability<{ text: string }, { heardBy: string[] }> {
  readonly name = 'news.tell';
  readonly input = text;
  readonly output = { type: 'object' };

  async execute(input: { text: string }, { messages }: TaskContext): Promise<{ heardBy: string[] }> {
    const answers = await messages.gather({ channel: 'news' }, outgoing(news, input), { withinMs: 1000 });
    return { heardBy: answers.map(({ data }) => (data as { by: string }).by).sort() };
  }
}

/** Hears what is said in the channel. Without `from` it would hear what is sent to the agent by its name. */
@Injectable()
class Listen implements MessageReceiver {
  readonly from = { channel: 'news' };
  constructor(private readonly messages: Messages) {}

  handlers(): MessageHandler[] {
    return [onMessage(news, () => outgoing(heard, { by: this.messages.addresses[0] ?? '' }))];
  }
}

void runAgent({ family: 'news', capabilities: [Tell], receivers: [Listen] });
