import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TestAuthority, testFolder, type Certificate } from '@baton/testing';
import { ConfigurationError } from '@baton/observability';
import { readTls, type TlsFiles } from './tls';

let folder: string;
let authority: TestAuthority;
let ca: string;
let own: Certificate;
const at = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

beforeAll(async () => {
  folder = testFolder('tls');
  authority = await TestAuthority.create();
  ca = authority.writeTo(folder);
  own = await authority.issueTo(folder, 'own', { name: 'agent' });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function faultsOf(files: TlsFiles, now?: Date): readonly string[] {
  try {
    readTls(files, now);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.faults;
  }
}

test('files that are right are read as they are', () => {
  const read = readTls({ ca, ...own, serverName: 'broker' });
  expect(read).toMatchObject({ ca: authority.cert, servername: 'broker' });
  expect(read.key).toContain('PRIVATE KEY');
  expect(readTls({})).toEqual({});
});

test('every fault is told at once, by variable and file', async () => {
  const faults = faultsOf({ ca: join(folder, 'gone'), cert: at('text', 'nothing'), key: at('key', 'neither') });
  expect(faults).toEqual([
    `MESSAGE_QUEUE_CA: ${folder}/gone does not exist`,
    `MESSAGE_QUEUE_CERT: ${folder}/text holds no certificate in PEM format`,
    `MESSAGE_QUEUE_KEY: ${folder}/key holds no private key in PEM format`,
  ]);
  const other = await authority.issueTo(folder, 'other', { name: 'other' });
  expect(faultsOf({ cert: own.cert, key: other.key })).toEqual([
    `MESSAGE_QUEUE_KEY: ${other.key} does not belong to the certificate ${own.cert}`,
  ]);
});

test.each([
  ['a folder', () => ({ ca: folder }), /cannot be read \(EISDIR\)/],
  ['no key', () => ({ cert: own.cert }), /^MESSAGE_QUEUE_KEY: must be set together with MESSAGE_QUEUE_CERT/],
  ['no certificate', () => ({ key: own.key }), /^MESSAGE_QUEUE_CERT: must be set together with MESSAGE_QUEUE_KEY/],
  [
    'a broken certificate',
    () => ({ ca: at('bad', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n') }),
    /holds a certificate that cannot be read/,
  ],
  [
    'a key with a passphrase',
    () => ({ ...own, key: at('locked', '-----BEGIN ENCRYPTED PRIVATE KEY-----\n') }),
    /is encrypted/,
  ],
])('%s is a fault', (_what, files, fault) => {
  expect(faultsOf(files())).toEqual([expect.stringMatching(fault)]);
});

test('a certificate of ours that is out of date, or not yet good, is a fault', () => {
  expect(faultsOf(own, new Date(Date.now() + 3 * 86_400_000))).toEqual([expect.stringMatching('is out of date since')]);
  expect(faultsOf(own, new Date(Date.now() - 3 * 86_400_000))).toEqual([expect.stringMatching('is valid from')]);
});
