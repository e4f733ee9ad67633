import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { printFigures, runProgram } from './lab.js';

/** Ticks of /proc/<pid>/stat in a second; 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

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

/** PostgreSQL of this data directory and the processes it has started. */
function processesOf(dataDir: string): number[] {
  const [line] = readFileSync(postmasterFile(dataDir), 'utf8').split('\n');
  const postmaster = Number(line);
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === postmaster);
  return [postmaster, ...children];
}

function postmasterFile(dataDir: string): string {
  const found = readdirSync(dataDir, { recursive: true, encoding: 'utf8' }).find(
    (name) => path.basename(name) === 'postmaster.pid',
  );
  if (found === undefined) throw new Error(`no postmaster.pid under ${dataDir}`);
  return path.join(dataDir, found);
}

const databaseCpuSeconds = (dataDir: string): number =>
  processesOf(dataDir).reduce((sum, pid) => sum + cpuSeconds(pid), 0);

/** Fields of /proc/<pid>/stat after the name, which may have blanks; none when the process has ended meanwhile. */
function stat(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
  } catch {
    return [];
  }
}

const parentOf = (pid: number): number => Number(stat(pid)[1]);

const cpuSeconds = (pid: number): number =>
  (Number(stat(pid)[11] ?? 0) + Number(stat(pid)[12] ?? 0)) / ticksPerSecond;

function kilobytes(file: string, name: string): number {
  try {
    return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(file, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
