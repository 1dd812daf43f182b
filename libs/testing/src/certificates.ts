import { webcrypto } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as x509 from '@peculiar/x509';

type Toolkit = typeof x509;

/** Loaded by the tests that need it alone. */
async function toolkit(): Promise<Toolkit> {
  await import('reflect-metadata');
  return import('@peculiar/x509');
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 86_400_000;

/** What a certificate of a test says. */
export interface CertificateOrder {
  readonly name: string;
  /** DNS names and IP addresses it is good for. */
  readonly hosts?: readonly string[];
  /** Days from now until it ends, negative: in the past. Default 1. */
  readonly days?: number;
}

/** PEM texts. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** An authority made for one test, which signs certificates for brokers and their clients. */
export class TestAuthority {
  private constructor(
    private readonly x509: Toolkit,
    private readonly keys: webcrypto.CryptoKeyPair,
    private readonly own: x509.X509Certificate,
  ) {}

  static async create(name = 'authority of a test'): Promise<TestAuthority> {
    const x509 = await toolkit();
    const keys = await newKeys();
    const own = await x509.X509CertificateGenerator.createSelfSigned({
      serialNumber: '01',
      name: `CN=${name}`,
      ...span(1),
      signingAlgorithm: algorithm,
      keys,
      extensions: [new x509.BasicConstraintsExtension(true, 1, true)],
    });
    return new TestAuthority(x509, keys, own);
  }

  get cert(): string {
    return this.own.toString('pem');
  }

  async issue({ name, hosts = [], days = 1 }: CertificateOrder): Promise<Certificate> {
    const { x509 } = this;
    const keys = await newKeys();
    const names = hosts.map((value): x509.JsonGeneralName => ({ type: /^[\d.]+$/.test(value) ? 'ip' : 'dns', value }));
    const certificate = await x509.X509CertificateGenerator.create({
      subject: `CN=${name}`,
      issuer: this.own.subject,
      ...span(days),
      signingAlgorithm: algorithm,
      publicKey: keys.publicKey,
      signingKey: this.keys.privateKey,
      extensions: [
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
        ...(names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : []),
      ],
    });
    const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
    return { cert: certificate.toString('pem'), key: x509.PemConverter.encode(key, 'PRIVATE KEY') };
  }

  /** Puts a new certificate into `<folder>/<file>.pem` and its key into `<file>.key`; returns the two paths. */
  async issueTo(folder: string, file: string, order: CertificateOrder): Promise<Certificate> {
    const { cert, key } = await this.issue(order);
    return { cert: written(folder, `${file}.pem`, cert), key: written(folder, `${file}.key`, key) };
  }

  /** Puts its own certificate into `<folder>/<file>`; returns the path. */
  writeTo(folder: string, file = 'ca.pem'): string {
    return written(folder, file, this.cert);
  }
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

function span(days: number): { notBefore: Date; notAfter: Date } {
  const end = Date.now() + days * DAY_MS;
  return { notBefore: new Date(Math.min(Date.now(), end) - DAY_MS), notAfter: new Date(end) };
}

function written(folder: string, file: string, text: string): string {
  const path = join(folder, file);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}
