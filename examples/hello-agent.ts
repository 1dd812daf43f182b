// Try it: npm start, then npm run agent -- examples/hello-agent.ts, then POST /api/tasks {"capability":"greet.hello","input":{"name":"Ada"}}
import { Capability, runAgent } from '@baton/agent-sdk';

class Hello extends Capability<{ name: string }, { text: string }> {
  readonly name = 'greet.hello';
  readonly input = { type: 'object', required: ['name'], properties: { name: { type: 'string' } } };
  readonly output = { type: 'object', required: ['text'], properties: { text: { type: 'string' } } };

  execute({ name }: { name: string }): { text: string } {
    return { text: `Hello ${name}` };
  }
}

void runAgent({ family: 'greeter', capabilities: [Hello] });
