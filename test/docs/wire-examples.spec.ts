import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createValidator } from '@baton/bus';
import * as contracts from '@baton/contracts';

/** What the protocol's page shows is what the contracts take: whoever copies an example sends something valid. */
const page = readFileSync(resolve(__dirname, '../../docs/reference/wire.md'), 'utf8');
const examples = [...page.matchAll(/^```json( \S+)?\n([\s\S]*?)^```$/gm)].map(([, type = '', json = '']) => ({
  type: type.trim(),
  data: JSON.parse(json) as unknown,
}));
const isKind = (value: unknown): value is contracts.MessageKind<unknown> =>
  /^io\.baton\./.test(String((value as { type?: unknown }).type));
const kinds = new Map((Object.values(contracts) as unknown[]).filter(isKind).map((kind) => [kind.type, kind] as const));
const faultsOf = (type: string, data: unknown): readonly contracts.FieldFault[] => {
  const kind = kinds.get(type);
  return kind ? createValidator(kind.schema)(data) : [{ path: 'type', message: `${type} is no kind of message` }];
};

test.each(examples.filter(({ type }) => type !== ''))('the example of $type fits its schema', ({ type, data }) => {
  expect(faultsOf(type, data)).toEqual([]);
});

test('an event in full is a CloudEvent of a known type', () => {
  const events = examples.filter(({ type }) => type === '').map(({ data }) => data as contracts.CloudEvent);
  expect(events.length).toBeGreaterThan(0);
  for (const { specversion, type, source, id, data } of events) {
    expect([specversion, faultsOf(type, data)]).toEqual(['1.0', []]);
    expect([source, id].every((text) => text.length > 0)).toBe(true);
  }
});

test('every message an agent sends or gets is shown', () => {
  const shown = new Set(examples.map(({ type }) => type));
  const ofAgents = [
    ...[contracts.agentRegister, contracts.agentRegistered, contracts.agentHeartbeat, contracts.agentDeregister],
    ...[contracts.taskAssigned, contracts.taskProgress, contracts.taskFinished, contracts.taskCanceled],
    ...[contracts.agentPing, contracts.agentDrain, contracts.requestFailed, contracts.messageReceipt],
    ...[contracts.channelCreate, contracts.channelJoin, contracts.channelJoined, contracts.membershipsList],
    contracts.mailboxOpen,
  ].map(({ type }) => type);
  expect(ofAgents.filter((type) => !shown.has(type))).toEqual([]);
});

test('every column `data` of a request names the fields of its schema', () => {
  const rows = [
    ...page.matchAll(/^\| `(io\.baton\.(?:channel|channels|memberships|mailbox)\.\S+)`\s+\| `\{(.*?)\}`/gm),
  ];
  expect(rows.length).toBe(8);
  for (const [, type = '', told = ''] of rows) {
    const fields = told.split(',').map((field) => field.trim().replace(/[?}]/g, ''));
    const { properties } = kinds.get(type)?.schema as { properties: object };
    if (type.startsWith('io.baton.memberships')) expect(Object.keys(properties)).toContain(fields[0]);
    else expect(fields.filter((field) => field !== '')).toEqual(Object.keys(properties));
  }
});
