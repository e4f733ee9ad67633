import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { printFigures, runProgram } from './lab.js';
import { cpuSeconds, databaseCpuSeconds, kilobytes, processesOf } from './processes.js';

/** The service as `npm start` starts it, with nothing to do: CPU and memory. Linux only, since it reads /proc. */
export async function idle(seconds: number): Promise<void> {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'onboarding-bench-idle-'));
  const service = runProgram(path.join('dist', 'src', 'main.js'), [], {
    DATA_DIR: dataDir,
    PORT: '0',
    LOG_LEVEL: 'warn',
  });
  try {
    await service.line('ready');
    await delay(10_000);
    const pid = service.child.pid ?? 0;
    const [before, databaseBefore] = [cpuSeconds(pid), databaseCpuSeconds(dataDir)];
    await delay(seconds * 1_000);
    const percent = (used: number): number => (used / seconds) * 100;
    const databasePids = processesOf(dataDir);
    printFigures('idle', {
      cpu_percent: percent(cpuSeconds(pid) - before),
      rss_mb: kilobytes(`/proc/${pid}/status`, 'VmRSS') / 1024,
      postgres_cpu_percent: percent(databaseCpuSeconds(dataDir) - databaseBefore),
      postgres_pss_mb:
        databasePids.reduce((sum, one) => sum + kilobytes(`/proc/${one}/smaps_rollup`, 'Pss'), 0) / 1024,
    });
  } finally {
    await service.kill('SIGTERM');
    rmSync(dataDir, { recursive: true, force: true });
  }
}
