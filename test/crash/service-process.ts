import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');

/** The service as a user starts it, as a process of its own that can be killed. */
export class ServiceProcess {
  private output = '';

  private constructor(
    private readonly child: ChildProcess,
    public url: string,
  ) {}

  static async start(env: Record<string, string>): Promise<ServiceProcess> {
    const child = spawn(process.execPath, ['dist/src/main.js'], {
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
      child.once('exit', (code) => {
        reject(new Error(`ended with ${String(code)}: ${service.output}`));
      });
    });
    return service;
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill(signal);
    await ended;
  }

  async call<T>(method: string, address: string, body?: unknown): Promise<T> {
    const answer = await fetch(this.url + address, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${address}: ${answer.status} ${text}`);
    return JSON.parse(text) as T;
  }
}
