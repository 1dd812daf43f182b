import { type AgentId, type HostedProcess, type HostHeartbeat, type HostId } from '@baton/contracts';
import { HOST_GONE_AFTER_MS, HostBook } from './host-book';

const process = (name: string, more: Partial<HostedProcess> = {}): HostedProcess => ({
  name,
  family: 'probe',
  state: 'running',
  pid: 1,
  agentId: `id-${name}` as AgentId,
  restarts: 0,
  lastExit: null,
  ...more,
});
const host = (id: string, processes: HostedProcess[], more: Partial<HostHeartbeat> = {}): HostHeartbeat => ({
  hostId: id as HostId,
  hostname: id,
  pid: 1,
  beat: 1,
  families: ['probe'],
  cpus: 2,
  memoryMb: 1000,
  processes,
  ...more,
});
const bookOf = (...hosts: HostHeartbeat[]): HostBook => {
  const book = new HostBook();
  for (const one of hosts) book.hear(one, 0);
  return book;
};

test('the less crowded host is chosen', () => {
  const book = bookOf(host('full', [process('a')]), host('free', []));
  expect(book.choose('probe', 1)?.hostId).toBe('free');
});

test('a larger host may have more', () => {
  const book = bookOf(
    host('small', [process('a')], { cpus: 1 }),
    host('large', [process('b'), process('c')], { cpus: 8 }),
  );
  expect(book.choose('probe', 1)?.hostId).toBe('large');
});

test('stopped processes do not crowd', () => {
  const book = bookOf(host('used', [process('a', { state: 'stopped' })]), host('busy', [process('b')]));
  expect(book.choose('probe', 1)?.hostId).toBe('used');
});

test('nobody has the family, or has been heard lately', () => {
  const book = bookOf(host('a', []));
  expect(book.choose('chef', 1)).toBeUndefined();
  expect(book.choose('probe', HOST_GONE_AFTER_MS)).toBeUndefined();
});

test('an agent is found by its id, and by its name only while no other incarnation runs', () => {
  const id = 'old' as AgentId;
  expect(bookOf(host('a', [process('x', { agentId: id })])).find({ id, name: 'x' }, 1)?.hostId).toBe('a');
  expect(bookOf(host('a', [process('x', { agentId: null })])).find({ id, name: 'x' }, 1)?.hostId).toBe('a');
  expect(bookOf(host('a', [process('x')])).find({ id, name: 'x' }, 1)).toBeUndefined();
});
