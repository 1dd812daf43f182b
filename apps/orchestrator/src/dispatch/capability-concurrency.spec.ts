import { parseCapabilityConcurrency } from './capability-concurrency';

function parsed(list: string) {
  const issues: string[] = [];
  const limits = parseCapabilityConcurrency(list, {
    addIssue: (issue) => issues.push((issue as { message: string }).message),
  });
  return { limits: Object.fromEntries(limits), issues };
}

test.each([
  ['', {}],
  ['probe.echo=100', { 'probe.echo': 100 }],
  [' probe.echo = 100 , research.search=4,', { 'probe.echo': 100, 'research.search': 4 }],
])('%j', (list, limits) => {
  expect(parsed(list)).toEqual({ limits, issues: [] });
});

test('every fault is named', () => {
  const { issues } = parsed('probe.echo=0,echo=1,probe.echo,research.search=4,research.search=5,a.b=1=2');
  expect(issues).toHaveLength(5);
  expect(issues).toContain('names research.search twice');
  expect(issues[0]).toContain('"probe.echo=0"');
});
