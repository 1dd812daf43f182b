import { pino } from 'pino';
import { nestLogger } from './nest-logger';

let lines: Record<string, unknown>[];
const logger = pino(
  { level: 'debug', base: null, timestamp: false },
  { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
);
const nest = nestLogger(logger);

beforeEach(() => (lines = []));

test('Nest’s own start-up talk is for debugging, what others say is not', () => {
  nest.log('Starting Nest application...', 'NestFactory');
  nest.log('indexed', 'Search');
  expect(lines).toEqual([
    { level: 20, context: 'NestFactory', msg: 'Starting Nest application...' },
    { level: 30, context: 'Search', msg: 'indexed' },
  ]);
});

test('levels map, and an Error keeps its stack', () => {
  nest.warn('careful');
  nest.error(new Error('broken'), 'Search');
  nest.debug?.('detail');
  expect(lines.map((line) => line.level)).toEqual([40, 50, 20]);
  expect(lines[1]).toMatchObject({ msg: 'broken', err: { type: 'Error', stack: expect.stringContaining('broken') } });
});
