import { defineMessage } from './message';
import { list, object, oneOf, text } from './schema-parts';
import { tolerant } from './tolerant';

test('what is not known may pass at every depth; all else is checked as before', () => {
  const inner = object({ additionalProperties: oneOf(['a', 'b']), 'more?': { anyOf: [object({ x: text }), text] } });
  const kind = defineMessage<object>({
    type: 't.v1',
    summary: 's',
    schema: object({ items: list(inner), rest: { type: 'object', additionalProperties: { type: 'integer' } } }),
  });
  expect(tolerant(kind)).toEqual({
    type: 't.v1',
    summary: 's',
    schema: {
      type: 'object',
      required: ['items', 'rest'],
      properties: {
        items: {
          type: 'array',
          maxItems: 10_000,
          items: {
            type: 'object',
            required: ['additionalProperties'],
            properties: {
              additionalProperties: { type: 'string', enum: ['a', 'b'] },
              more: { anyOf: [{ type: 'object', required: ['x'], properties: { x: text } }, text] },
            },
          },
        },
        rest: { type: 'object', additionalProperties: { type: 'integer' } },
      },
    },
  });
});

test('literals that look like schemas stay as they are', () => {
  const schema = { const: { additionalProperties: false }, enum: [{ additionalProperties: false }] };
  expect(tolerant({ type: 't', summary: 's', schema }).schema).toEqual(schema);
  expect(tolerant({ type: 't', summary: 's', schema: true }).schema).toBe(true);
});
