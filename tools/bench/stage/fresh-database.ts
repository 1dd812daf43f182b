import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

/** Does some work with a new, empty database beside this one, which is dropped after. */
export async function withFreshDatabase<Result>(url: string, work: (url: string) => Promise<Result>): Promise<Result> {
  const name = `bench_${randomBytes(6).toString('hex')}`;
  const admin = new Client({ connectionString: url });
  await admin.connect();
  try {
    await admin.query(`create database ${name}`);
    const fresh = new URL(url);
    fresh.pathname = `/${name}`;
    try {
      return await work(fresh.href);
    } finally {
      await admin.query(`drop database ${name} with (force)`);
    }
  } finally {
    await admin.end();
  }
}
