import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');

/** The service as a user starts it, as a process of its own that can be killed and frozen. */
export class ServiceProcess {
  private output = '';
  /** Settles when it has ended, however it ended. */
  readonly ended: Promise<void>;

  private constructor(
    private readonly child: ChildProcess,
    public url: string,
  ) {
    this.ended = new Promise((resolve) => child.once('exit', () => resolve()));
  }

  /** With POINT or POINT_LOG in `env` it kills, freezes or watches itself: see scripts/chaos/points.mjs. */
  static async start(env: Readonly<Record<string, string>>): Promise<ServiceProcess> {
    const hasPoints = env['POINT'] !== undefined || env['POINT_LOG'] !== undefined;
    const points = hasPoints ? ['--import', './scripts/chaos/points.mjs'] : [];
    const child = spawn(process.execPath, [...points, 'dist/src/main.js'], {
      cwd: root,
      env: { ...process.env, PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'warn', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const service = new ServiceProcess(child, '');
    service.url = await new Promise((resolve, reject) => {
      const read = (data: Buffer): void => {
        service.output += data.toString();
        const line = /^ready (\S+)$/m.exec(service.output);
        if (line?.[1] !== undefined) resolve(line[1]);
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      void service.ended.then(() => reject(new Error(`ended: ${service.output}`)));
    });
    return service;
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** What it has printed, for messages. */
  get printed(): string {
    return this.output;
  }

  freeze(): void {
    this.child.kill('SIGSTOP');
  }

  /** Goes on after SIGSTOP, its own or another one's. */
  thaw(): void {
    this.child.kill('SIGCONT');
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    if (!this.isRunning) return;
    this.child.kill(signal);
    await this.ended;
  }

  async call<T>(
    method: string,
    address: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<T> {
    const answer = await fetch(this.url + address, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${address}: ${answer.status} ${text}`);
    return JSON.parse(text) as T;
  }
}
