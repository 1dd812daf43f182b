import { dependencyDepths } from './lock-depth';

test('depth is the shortest way from the project; nested copies shadow, cycles end, missing ones are left out', () => {
  const depths = dependencyDepths({
    packages: {
      '': { dependencies: { a: '1' }, devDependencies: { '@s/b': '1' } },
      'node_modules/a': { dependencies: { c: '2', gone: '1' } },
      'node_modules/a/node_modules/c': { dependencies: { d: '1' } },
      'node_modules/@s/b': { dependencies: { d: '1', a: '1' } },
      'node_modules/c': {},
      'node_modules/d': { dependencies: { a: '1', e: '1' } },
      'node_modules/e': { optionalDependencies: { c: '1' } },
    },
  });
  expect(Object.fromEntries(depths)).toEqual({
    'node_modules/a': 1,
    'node_modules/@s/b': 1,
    'node_modules/a/node_modules/c': 2,
    'node_modules/d': 2,
    'node_modules/e': 3,
    'node_modules/c': 4,
  });
});
