import { type ValidationError } from '@baton/contracts';
import { checkTypes } from './check-types';

const faultsOf = (types: Parameters<typeof checkTypes>[0]): readonly object[] => {
  try {
    checkTypes(types);
    return [];
  } catch (error) {
    return (error as ValidationError).faults;
  }
};

test('schemas that compile are taken', () => {
  expect(faultsOf({})).toEqual([]);
  expect(faultsOf({ 'order.placed': { type: 'object' }, anything: true })).toEqual([]);
});

test('each that does not is named with its fault', () => {
  expect(faultsOf({ good: true, bad: { type: 'nonsense' }, hostile: { pattern: '(a+)+$' } })).toEqual([
    { path: 'types.bad', message: expect.stringContaining('The JSON Schema') },
    { path: 'types.hostile', message: expect.stringContaining('may take for ever') },
  ]);
});

test('too many and too large are refused before any is compiled', () => {
  const many = Object.fromEntries(Array.from({ length: 201 }, (_, n) => [`t${n}`, { type: 'nonsense' }]));
  expect(faultsOf(many)).toEqual([{ path: 'types', message: 'are 201; at most 200 are taken' }]);
  const [fault] = faultsOf({ large: { description: 'x'.repeat(300_000) } });
  expect(fault).toMatchObject({ path: 'types', message: expect.stringContaining('characters; at most 262144') });
});
