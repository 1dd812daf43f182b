import { loadavg } from 'node:os';
import { type AgentHeartbeat } from '@baton/contracts';

/** Measures this process. CPU is the share of one core since the call before: 200 means two cores busy. */
export class UsageMeter {
  private cpu = process.cpuUsage();
  private at = process.hrtime.bigint();

  measure(): AgentHeartbeat['usage'] {
    const now = process.hrtime.bigint();
    const spent = process.cpuUsage(this.cpu);
    const elapsedMicros = Number(now - this.at) / 1000;
    this.cpu = process.cpuUsage();
    this.at = now;
    const cpuPercent = elapsedMicros > 0 ? ((spent.user + spent.system) / elapsedMicros) * 100 : 0;
    return {
      cpuPercent: tenth(cpuPercent),
      memoryMb: tenth(process.memoryUsage.rss() / 1024 / 1024),
      loadAverage: tenth(loadavg()[0] ?? 0),
    };
  }
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
