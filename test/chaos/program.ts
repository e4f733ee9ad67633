import { spawn, type ChildProcess } from 'node:child_process';
import { appendFileSync } from 'node:fs';

interface ProgramOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly logFile: string;
}

/** Ended with this process, however it ends by itself. */
const running = new Set<ChildProcess>();
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/** A Node process of ours that says `ready <URL>`, to be killed, frozen and thawed. What it prints goes to a file. */
export class Program {
  /** The URL; fails when it ends before. */
  readonly ready: Promise<string>;
  readonly ended: Promise<void>;

  private constructor(
    private readonly child: ChildProcess,
    logFile: string,
  ) {
    let output = '';
    running.add(child);
    this.ended = new Promise((resolve) => {
      child.once('exit', () => {
        running.delete(child);
        resolve();
      });
    });
    this.ready = new Promise((resolve, reject) => {
      const read = (data: Buffer): void => {
        appendFileSync(logFile, data);
        if (output.length < 65_536) output += data.toString();
        const url = /^ready (\S+)$/m.exec(output)?.[1];
        if (url !== undefined) resolve(url);
      };
      child.stdout?.on('data', read);
      child.stderr?.on('data', read);
      void this.ended.then(() => reject(new Error(`ended before it was ready, see ${logFile}`)));
    });
    this.ready.catch(() => undefined); // may fail before anybody waits for it
  }

  /** @param file from the root of the project, which is the current folder */
  static start(file: string, { args = [], env = {}, logFile }: ProgramOptions): Program {
    const child = spawn(process.execPath, [file, ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new Program(child, logFile);
  }

  /** 0 when it could not be started. */
  get pid(): number {
    return this.child.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    this.child.kill(name);
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (!this.isRunning) return;
    this.child.kill(signal);
    await this.ended;
  }
}
