import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { connect } from 'amqplib';
import { Client } from 'pg';
import { isAlive } from '../bootstrap/lock-file.cjs';
import { isFree, type Services, startServices, waitUntil } from '.';
import { rabbitTree } from './rabbitmq-packages';
import { loadServiceState } from './service-state';

const folders: string[] = [];
const lines: string[] = [];

function newFolder(mode = 0o755): string {
  const folder = mkdtempSync(join(tmpdir(), 'baton-services-'));
  chmodSync(folder, mode);
  folders.push(folder);
  return folder;
}

function start(dataDir: string, more: { messageQueueUrl?: string; databaseUrl?: string } = {}): Promise<Services> {
  return startServices({ dataDir, ...more, progress: (line) => lines.push(line) });
}

async function sql<T>(url: string, text: string): Promise<T[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows as T[];
  } finally {
    await client.end();
  }
}

async function publish(url: string): Promise<void> {
  const connection = await connect(url);
  const channel = await connection.createConfirmChannel();
  await channel.assertQueue('kept', { durable: true });
  channel.sendToQueue('kept', Buffer.from('still here'), { persistent: true });
  await channel.waitForConfirms();
  await connection.close();
}

async function keptMessages(url: string): Promise<number> {
  const connection = await connect(url);
  const channel = await connection.createChannel();
  const { messageCount } = await channel.checkQueue('kept');
  await connection.close();
  return messageCount;
}

const parentOf = (pid: number): number =>
  Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1]);

const portOf = (url: string): number => Number(new URL(url).port);

afterAll(() => {
  for (const folder of folders) {
    const { postgresData } = loadServiceState(folder); // as root outside the 0700 folder
    if (postgresData) rmSync(dirname(postgresData), { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
  }
});

describe('private services', () => {
  jest.setTimeout(180_000);

  test('keep their data through kill -9, a repair nobody asked for, and a second start on the same ports', async () => {
    const dataDir = newFolder();
    const first = await start(dataDir);
    const { broker, database } = first;
    if (!broker || !database) throw new Error('both should be private');
    await sql(first.databaseUrl, 'create table kept as select 7 as n');
    await publish(first.messageQueueUrl);

    await Promise.all([broker.kill(), database.kill()]);
    expect(await isFree(portOf(first.databaseUrl))).toBe(true);
    expect(() => broker.pid).toThrow('not running');
    await Promise.all([broker.start(), database.start()]);
    expect(await sql(first.databaseUrl, 'select n from kept')).toEqual([{ n: 7 }]);
    expect(await keptMessages(first.messageQueueUrl)).toBe(1);

    const restarted = once(database, 'restarted');
    process.kill(database.pid, 'SIGKILL');
    await restarted;
    expect(await sql(first.databaseUrl, 'select n from kept')).toEqual([{ n: 7 }]);

    const both = Promise.all([once(broker, 'restarted'), once(database, 'restarted')]);
    process.kill(parentOf(database.pid), 'SIGKILL'); // the guardian: its services end with it and come back under another
    await both;
    expect(await keptMessages(first.messageQueueUrl)).toBe(1);

    const pids = [broker.pid, database.pid];
    await first.stop();
    expect(pids.filter((pid) => isAlive(pid))).toEqual([]);

    const second = await start(dataDir);
    try {
      expect([second.messageQueueUrl, second.databaseUrl]).toEqual([first.messageQueueUrl, first.databaseUrl]);
      expect(await sql(second.databaseUrl, 'select n from kept')).toEqual([{ n: 7 }]);
      expect(await keptMessages(second.messageQueueUrl)).toBe(1);
    } finally {
      await second.stop();
    }
    expect(statSync(join(dataDir, 'services.json')).mode & 0o777).toBe(0o600);
  });

  describe('when the launcher is killed', () => {
    let launcher: ChildProcess | undefined;
    afterEach(() => launcher?.kill('SIGKILL'));

    async function launch(dataDir: string): Promise<{ databaseUrl: string; guardian: number; pids: number[] }> {
      const args = ['-r', '@swc-node/register', 'tools/services/dev.ts', dataDir];
      launcher = spawn(process.execPath, args, {
        cwd: resolve(__dirname, '..', '..'),
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let out = '';
      launcher.stdout?.on('data', (chunk: Buffer) => (out += chunk.toString()));
      await waitUntil(() => out.includes('DATABASE_URL'), 90_000);
      const databaseUrl = /DATABASE_URL=(\S+)/.exec(out)?.[1] ?? '';
      const pidOf = (name: string): number =>
        (JSON.parse(readFileSync(join(dataDir, 'run', `${name}.json`), 'utf8')) as { pid: number }).pid;
      const pids = ['postgres', 'rabbitmq', 'epmd'].map(pidOf);
      return { databaseUrl, guardian: parentOf(pids[0] ?? 0), pids };
    }

    test('a live mesh is named to a second one, kill -9 leaves nothing, the next start finds the data', async () => {
      const dataDir = newFolder(0o700); // as root the database lies elsewhere then
      const { databaseUrl, guardian, pids } = await launch(dataDir);
      await expect(start(dataDir)).rejects.toThrow(`in use by process ${launcher?.pid}`);
      await sql(databaseUrl, 'create table kept as select 8 as n');

      launcher?.kill('SIGKILL');
      expect(await waitUntil(() => [...pids, guardian].every((pid) => !isAlive(pid)), 30_000)).toBe(true);

      const next = await start(dataDir);
      try {
        expect(await sql(next.databaseUrl, 'select n from kept')).toEqual([{ n: 8 }]);
      } finally {
        await next.stop();
      }
    });

    test('even the guardian killed with it: the next start ends the left-overs and goes on', async () => {
      const dataDir = newFolder();
      const { databaseUrl, guardian, pids } = await launch(dataDir);
      await sql(databaseUrl, 'create table kept as select 9 as n');
      process.kill(guardian, 'SIGSTOP'); // it cannot act on its parent's end any more
      launcher?.kill('SIGKILL');
      process.kill(guardian, 'SIGKILL');
      const killed = [launcher?.pid as number, guardian];
      expect(await waitUntil(() => killed.every((pid) => !isAlive(pid)), 10_000)).toBe(true);
      expect(pids.every((pid) => isAlive(pid))).toBe(true);

      const next = await start(dataDir);
      try {
        expect(pids.some((pid) => isAlive(pid))).toBe(false);
        expect(await sql(next.databaseUrl, 'select n from kept')).toEqual([{ n: 9 }]);
      } finally {
        await next.stop();
      }
    });
  });

  test('a given service that does not answer is named with its variable, address and cause', async () => {
    const dataDir = newFolder();
    await expect(start(dataDir, { messageQueueUrl: 'amqp://guest:secret@127.0.0.1:1/' })).rejects.toThrow(
      /MESSAGE_QUEUE_URL names 127\.0\.0\.1:1, .*ECONNREFUSED.*correct MESSAGE_QUEUE_URL/,
    );
    await expect(start(dataDir, { databaseUrl: 'postgres://u:secret@127.0.0.1:1/x' })).rejects.toThrow(
      /^(?!.*secret)DATABASE_URL names 127\.0\.0\.1:1, .*ECONNREFUSED/,
    );
    await expect(start(dataDir, { messageQueueUrl: 'amqp://127.0.0.1:1/,amqp://127.0.0.1:2/' })).rejects.toThrow(
      '127.0.0.1:1',
    );
    await expect(start(dataDir, { databaseUrl: 'not a url' })).rejects.toThrow('DATABASE_URL is not a URL');
    expect(existsSync(join(dataDir, 'mesh.lock'))).toBe(false);
  });

  test('where the packages cannot be had, the message shows the way with containers', async () => {
    const { PATH } = process.env;
    process.env.PATH = newFolder(); // no apt-get there
    try {
      const failing = rabbitTree(newFolder(), (line) => lines.push(line));
      await expect(failing).rejects.toThrow(
        /there is no apt-get on this machine\n.*docker compose up -d rabbitmq postgres[^]*MESSAGE_QUEUE_URL=[^]*DATABASE_URL=/,
      );
    } finally {
      process.env.PATH = PATH;
    }
  });
});
