// What /proc says of a process: Linux only.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Ticks of /proc/<pid>/stat in a second; 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** PostgreSQL of this data directory, and the processes it has started. */
export function processesOf(dataDir: string): number[] {
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

/** Its whole cost, sessions that have ended included. */
export const databaseCpuSeconds = (dataDir: string): number =>
  processesOf(dataDir).reduce(
    (sum, pid, index) => sum + cpuSeconds(pid) + (index === 0 ? reapedSeconds(pid) : 0),
    0,
  );

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

export const cpuSeconds = (pid: number): number =>
  (Number(stat(pid)[11] ?? 0) + Number(stat(pid)[12] ?? 0)) / ticksPerSecond;

/** Of children that have ended. */
const reapedSeconds = (pid: number): number =>
  (Number(stat(pid)[13] ?? 0) + Number(stat(pid)[14] ?? 0)) / ticksPerSecond;

export function kilobytes(file: string, name: string): number {
  try {
    return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(file, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
