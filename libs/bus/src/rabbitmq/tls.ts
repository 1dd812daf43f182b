import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ConfigurationError } from '@baton/observability';

/** Files in PEM format, by path. Without `ca` the system's authorities count; `cert` and `key` go together. */
export interface TlsFiles {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** The name the broker's certificate must carry, when it is not the host of the URL. */
  readonly serverName?: string | undefined;
}

/** What a TLS dial is given. */
export interface TlsMaterial {
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly servername: string | undefined;
}

type Part = 'ca' | 'cert' | 'key';
const variables = { ca: 'MESSAGE_QUEUE_CA', cert: 'MESSAGE_QUEUE_CERT', key: 'MESSAGE_QUEUE_KEY' } as const;

/**
 * Reads and checks the files. Throws ConfigurationError with every fault by variable and path: missing, not a PEM, out
 * of date, a key that does not belong to its certificate. Nothing of their content is told.
 */
export function readTls(files: TlsFiles, now = new Date()): TlsMaterial {
  const faults = halves(files);
  const fault = (part: Part, text: string): undefined => void faults.push(`${variables[part]}: ${files[part]} ${text}`);
  const ca = load('ca', files, fault);
  const cert = load('cert', files, fault);
  const key = load('key', files, fault);
  if (ca !== undefined) certificatesIn('ca', ca, now, fault);
  checkPair({ cert, key }, files, now, fault);
  if (faults.length > 0) throw new ConfigurationError(faults);
  return { ca, cert, key, servername: files.serverName };
}

type Fault = (part: Part, text: string) => undefined;

function halves({ cert, key }: TlsFiles): string[] {
  if ((cert === undefined) === (key === undefined)) return [];
  const [set, missing] = cert === undefined ? (['key', 'cert'] as const) : (['cert', 'key'] as const);
  return [`${variables[missing]}: must be set together with ${variables[set]}`];
}

function checkPair(text: Pick<TlsMaterial, 'cert' | 'key'>, files: TlsFiles, now: Date, fault: Fault): void {
  const [own] = text.cert === undefined ? [] : certificatesIn('cert', text.cert, now, fault);
  const key = text.key === undefined ? undefined : privateKey(text.key, fault);
  if (own && key && !own.checkPrivateKey(key)) fault('key', `does not belong to the certificate ${files.cert}`);
}

function load(part: Part, files: TlsFiles, fault: Fault): string | undefined {
  const path = files[part];
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return fault(part, code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`);
  }
}

const certificateBlock = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

function certificatesIn(part: 'ca' | 'cert', text: string, now: Date, fault: Fault): X509Certificate[] {
  try {
    const certificates = (text.match(certificateBlock) ?? []).map((block) => new X509Certificate(block));
    if (certificates.length === 0) fault(part, 'holds no certificate in PEM format');
    // Of several authorities one may be out of date; our own certificate may not.
    const [own] = part === 'cert' ? certificates : [];
    if (own && new Date(own.validTo) < now) fault(part, `is out of date since ${own.validTo}`);
    if (own && new Date(own.validFrom) > now) fault(part, `is valid from ${own.validFrom} only`);
    return certificates;
  } catch {
    fault(part, 'holds a certificate that cannot be read');
    return [];
  }
}

function privateKey(text: string, fault: Fault): KeyObject | undefined {
  if (/ENCRYPTED/.test(text)) return fault('key', 'is encrypted; give one without passphrase that only we can read');
  try {
    return createPrivateKey(text);
  } catch {
    return fault('key', 'holds no private key in PEM format');
  }
}
