import { setTimeout as delay } from 'node:timers/promises';
import { Program } from './program.js';

/** A service process and whoever starts it again when it ends. */
export class Replica {
  private program: Program | undefined;
  private address: string | undefined;
  private frozen = false;
  private readonly stopping = new AbortController();
  private startAfterMs = 0;
  private running: Promise<void> | undefined;

  constructor(
    readonly number: number,
    private readonly env: Readonly<Record<string, string>>,
    private readonly logFile: string,
  ) {}

  /** From now on it is kept running. */
  start(): void {
    this.running ??= this.keepRunning();
  }

  /** Where it can be asked; undefined while it is down or frozen. */
  get url(): string | undefined {
    return this.frozen ? undefined : this.address;
  }

  get isUp(): boolean {
    return this.address !== undefined && !this.frozen;
  }

  /** @param downMs how long until it is started again */
  async kill(downMs: number): Promise<void> {
    this.startAfterMs = downMs;
    this.address = undefined;
    this.frozen = false;
    await this.program?.end('SIGKILL');
  }

  /** @returns the process that stands still */
  freeze(): number {
    this.frozen = true;
    this.program?.signal('SIGSTOP');
    return this.program?.pid ?? 0;
  }

  thaw(): void {
    this.frozen = false;
    this.program?.signal('SIGCONT');
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.thaw();
    // One that is just starting has its end before it.
    await this.program?.ready.catch(() => undefined);
    await this.program?.end('SIGTERM');
    await this.running;
  }

  private async keepRunning(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const program = Program.start('dist/src/main.js', { env: this.env, logFile: this.logFile });
      this.program = program;
      // One that cannot start, because its database is away, is started again as by any supervisor.
      this.address = await program.ready.catch(() => undefined);
      await program.ended;
      this.address = undefined;
      await delay(this.startAfterMs > 0 ? this.startAfterMs : 300);
      this.startAfterMs = 0;
    }
  }
}
