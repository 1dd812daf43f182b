import { Capability } from '@baton/agent-sdk';
import { type JsonValue } from '@baton/contracts';

/** Answers with what it was given. */
export class Echo extends Capability<JsonValue, { echo: JsonValue }> {
  readonly name = 'probe.echo';
  readonly description = 'Answers with its input.';
  readonly input = {};
  readonly output = { type: 'object', required: ['echo'], properties: { echo: {} }, additionalProperties: false };

  execute(input: JsonValue): { echo: JsonValue } {
    return { echo: input };
  }
}
