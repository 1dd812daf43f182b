import { readFileSync } from 'node:fs';
import { Database, statement } from '@baton/persistence';
import { type MeshUnderTest } from '../mesh-under-test';

/** MiB any process of the mesh may come to, whatever is thrown at it. */
const MOST_RSS = 700;
const LETTERS = statement('e2e-hostile-letters', 'select coalesce(sum(copies), 0)::int as n from dead_letters');
const STALE = statement('e2e-hostile-stale', `select count(*)::int as n from audit where subject = 'result'`);

/** What must not change while somebody attacks: the processes, their memory; and what must show. */
export class Bystanders {
  private readonly pids: string;
  private readonly database: Database;

  constructor(private readonly under: MeshUnderTest) {
    this.pids = this.processes();
    this.database = new Database({ url: under.mesh.services.databaseUrl, name: 'e2e-hostile', connections: 1 });
  }

  /** Nobody died, nobody is bloated. */
  expectUnharmed(): void {
    expect(this.processes()).toBe(this.pids);
    const most = this.under.mesh.processes.map(({ name, pid }) => ({ name, rss: rssOf(pid) }));
    expect(most.filter(({ rss }) => rss > MOST_RSS)).toEqual([]);
  }

  /** The most memory each process ever had, in MiB. */
  peaks(): string {
    return this.under.mesh.processes.map(({ name, pid }) => `${name} ${Math.round(rssOf(pid))}`).join(', ');
  }

  async deadLetters(): Promise<number> {
    return this.count(LETTERS);
  }

  async staleResults(): Promise<number> {
    return this.count(STALE);
  }

  /** By the orchestrator's counter. */
  async refused(what: string): Promise<number> {
    const text = await (await fetch(`${this.under.mesh.metrics}/metrics`)).text();
    const lines = text
      .split('\n')
      .filter((line) => line.startsWith('baton_refused_total') && line.includes(`what="${what}"`));
    return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  }

  close(): Promise<void> {
    return this.database.close();
  }

  private processes(): string {
    return this.under.mesh.processes.map(({ name, pid }) => `${name} ${pid}`).join(', ');
  }

  private async count(query: typeof LETTERS): Promise<number> {
    const [row] = await this.database.run<{ n: number }>(query);
    return row?.n ?? 0;
  }
}

function rssOf(pid: number): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}
