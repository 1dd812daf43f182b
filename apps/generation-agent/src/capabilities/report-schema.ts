import { type JsonObject, type JsonSchema, objectSchema } from '@baton/contracts';

const short: JsonObject = { type: 'string', maxLength: 1000 };
const long: JsonObject = { type: 'string', maxLength: 200_000 };
const heading: JsonObject = { type: 'string', minLength: 1, maxLength: 300 };
const list = (items: JsonSchema, maxItems: number): JsonObject => ({ type: 'array', items, maxItems });

const column: JsonObject = {
  anyOf: [short, objectSchema({ 'key?': short, title: short, 'align?': { type: 'string', enum: ['left', 'right'] } })],
};
const series = objectSchema({
  name: short,
  values: list({ type: ['number', 'null'] }, 100_000),
  'marks?': list({ type: 'integer', minimum: 0 }, 10_000),
});
const chart = objectSchema({
  kind: { type: 'string', enum: ['bar', 'line'] },
  title: heading,
  'description?': short,
  labels: list({ type: ['string', 'number'] }, 100_000),
  series: { ...list(series, 12), minItems: 1 },
  'unit?': { type: 'string', maxLength: 40 },
  'scale?': { type: 'string', enum: ['linear', 'log'] },
});
const section = objectSchema({
  title: heading,
  'text?': long,
  'figures?': list(objectSchema({ label: short, value: {}, 'note?': short }), 50),
  'chart?': chart,
  'list?': list({}, 5000),
  'table?': objectSchema({ 'columns?': list(column, 50), rows: list({ type: ['array', 'object'] }, 100_000) }),
  'data?': {},
  'sources?': list(objectSchema({ title: short, 'url?': { type: 'string', maxLength: 4096 }, 'note?': short }), 1000),
  'sections?': list({ $ref: '#/definitions/section' }, 500),
});

/** What generate.report takes: `data` to be laid out, or `sections` as written, or both. */
export const reportInput: JsonSchema = {
  ...objectSchema({
    title: heading,
    'subtitle?': short,
    'date?': { type: 'string', format: 'date-time' },
    'data?': {},
    'sections?': list({ $ref: '#/definitions/section' }, 500),
    format: { type: 'string', enum: ['markdown', 'html'] },
  }),
  anyOf: [
    { required: ['data'], properties: { data: {} } },
    { required: ['sections'], properties: { sections: {} } },
  ],
  definitions: { section },
};

export const reportOutput: JsonSchema = objectSchema({
  content: { type: 'string' },
  format: { type: 'string', enum: ['markdown', 'html'] },
});
