import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createValidator } from '@baton/bus';
import { type AgentProcessSpec, agentProcessSpecSchema } from '@baton/contracts';
import { ConfigurationError } from '@baton/observability';

const ENDING = '.json';

/** The agents that were added at run time, one file each, so that a host that restarts runs them again. */
export class AddedSpecs {
  private readonly faultsOf = createValidator(agentProcessSpecSchema);

  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
  }

  /** Readers see the whole file or none. Mode 0600: `env` may hold secrets. */
  keep({ name, family, tags, concurrency, env }: AgentProcessSpec): void {
    const draft = `${this.fileOf(name)}.draft`;
    writeFileSync(draft, `${JSON.stringify({ name, family, tags, concurrency, env }, null, 2)}\n`, { mode: 0o600 });
    renameSync(draft, this.fileOf(name));
  }

  forget(name: string): void {
    rmSync(this.fileOf(name), { force: true });
  }

  /** Throws ConfigurationError that names every file that is broken. */
  load(): AgentProcessSpec[] {
    const files = readdirSync(this.folder).filter((file) => file.endsWith(ENDING));
    const read = files.map((file) => this.read(join(this.folder, file)));
    const faults = read.flatMap((one) => ('fault' in one ? [one.fault] : []));
    if (faults.length > 0) throw new ConfigurationError(faults);
    return read.flatMap((one) => ('spec' in one ? [one.spec] : []));
  }

  private read(file: string): { readonly spec: AgentProcessSpec } | { readonly fault: string } {
    const advice = 'correct it, or delete it to forget the agent';
    try {
      const spec = JSON.parse(readFileSync(file, 'utf8')) as AgentProcessSpec;
      const faults = this.faultsOf(spec).map(({ path, message }) => `${path} ${message}`);
      return faults.length > 0 ? { fault: `${file}: ${faults.join('; ')}; ${advice}` } : { spec };
    } catch (error) {
      return { fault: `${file}: ${(error as Error).message}; ${advice}` };
    }
  }

  private fileOf(name: string): string {
    return join(this.folder, `${name}${ENDING}`);
  }
}
