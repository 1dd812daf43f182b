import { ValidationError, type JsonObject, type JsonSchema } from '@baton/contracts';
import { createValidator, repeatsARepetition, schemaLimits, validatorOf } from './validation';

const person: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['id'],
  properties: {
    id: { type: 'string', format: 'uuid' },
    at: { type: 'string', format: 'date-time' },
    color: { enum: ['red', 'green'] },
    friends: { type: 'array', items: { type: 'object', properties: { age: { type: 'integer' } } } },
  },
};
const id = '0190a0d0-0000-7000-8000-000000000000';

test('data that fits has no faults', () => {
  expect(createValidator(person)({ id, at: '2026-11-21T10:00:00Z', friends: [{ age: 3 }] })).toEqual([]);
});

test('every fault is named by its path', () => {
  const faults = createValidator(person)({ at: 'soon', color: 'blue', friends: [{ age: 1 }, { age: 'x' }], extra: 1 });
  expect(faults).toEqual(
    expect.arrayContaining([
      { path: 'id', message: 'is required' },
      { path: 'extra', message: 'is not a known field' },
      { path: 'at', message: 'must match format "date-time"' },
      { path: 'color', message: 'must be one of ["red","green"]' },
      { path: 'friends[1].age', message: 'must be integer' },
    ]),
  );
  expect(faults).toHaveLength(5);
});

test('a hostile value has no more than twenty', () => {
  expect(createValidator({ type: 'array', items: { type: 'string' } })(Array(1_000).fill(1))).toHaveLength(20);
});

test('2020-12 is understood when the schema says so', () => {
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'array',
    prefixItems: [{ type: 'string' }],
  };
  expect(createValidator(schema)([1])).toEqual([{ path: '[0]', message: 'must be string' }]);
});

test('the same $id in two schemas is no conflict, and own schemas are compiled once', () => {
  const schema = { $id: 'https://example.org/x', type: 'string' };
  expect(createValidator(schema)('a')).toEqual([]);
  expect(createValidator({ ...schema })('a')).toEqual([]);
  const kind = { type: 't', summary: 's', schema: person };
  expect(validatorOf(kind)).toBe(validatorOf(kind));
});

test.each<[string, JsonObject, RegExp]>([
  ['an unknown keyword', { type: 'string', maxLenght: 3 }, /maxLenght/],
  ['an unknown type', { type: 'text' }, /type/],
  ['an unknown format', { type: 'string', format: 'iban' }, /format "iban"/],
  ['a remote reference', { $ref: 'https://example.org/schema.json' }, /can't resolve reference/],
  ['an asynchronous schema', { $async: true, type: 'string' }, /\$async/],
  ['a pattern that does not compile', { type: 'string', pattern: '(' }, /regular expression/i],
  ['a pattern that may take for ever', { type: 'string', pattern: '^(a+)+$' }, /may take for ever/],
  ['a pattern with a back reference', { type: 'string', pattern: '(a)\\1' }, /may take for ever/],
  ['a pattern that is too long', { type: 'string', pattern: 'a'.repeat(schemaLimits.patternLength + 1) }, /longer/],
  [
    'such a pattern for property names',
    { type: 'object', patternProperties: { '(a|a)*': { type: 'string' } } },
    /may take for ever/,
  ],
  ['a schema that is too large', { description: 'x'.repeat(schemaLimits.bytes) }, /smaller/],
])('%s is refused with the reason', (_what, schema, text) => {
  expect(() => createValidator(schema)).toThrow(ValidationError);
  expect(() => createValidator(schema)).toThrow(text);
});

test.each(['2027-02-31T00:00:00Z', '2027-19-39T00:00:00Z', '2027-01-01T25:00:00Z', '2027-01-01T00:00:00'])(
  'the time %s does not exist',
  (at) => {
    expect(createValidator(person)({ id, at })).toMatchObject([{ path: 'at' }]);
  },
);

test.each([
  ['^[a-z]+(\\.[a-z0-9_]{1,40})?$', false],
  ['^(red|green)$', false],
  ['^(?:ab){3}$', false],
  ['\\(a+\\)+', false],
  ['[(a+)+]', false],
  ['(a+)+', true],
  ['(a|aa)*', true],
  ['((a*)b)*', true],
  ['(a{2,})+', true],
  ['(x+){2,}', true],
  ['(x+){20}', true],
])('%s repeats a repetition: %s', (pattern, expected) => {
  expect(repeatsARepetition(pattern)).toBe(expected);
});
