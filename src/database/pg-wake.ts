import { Logger } from '@nestjs/common';
import pg from 'pg';
import { messageOf } from '../errors.js';
import { Wake, type WakeChannel } from './wake.js';

const channels: readonly WakeChannel[] = ['operation', 'event', 'feed', 'target'];
const prefix = 'solution_onboarding_';

// A busy service asks for thousands of wake-ups a second; 200 are as good.
const coalesceMs = 5;
const firstPauseMs = 100;
const longestPauseMs = 5_000;

/**
 * Wake over LISTEN/NOTIFY on a session of its own, connected again when it is lost. While it is away listeners of this
 * process are still called, those of others find out by their polls; once it is back everybody is told to look.
 */
export class PgWake extends Wake {
  private readonly log = new Logger(PgWake.name);
  private readonly listeners = new Map<WakeChannel, Set<() => void>>(
    channels.map((name) => [name, new Set()]),
  );
  private readonly due = new Set<WakeChannel>();
  private client: pg.Client | undefined;
  private timer: NodeJS.Timeout | undefined;
  private retryTimer: NodeJS.Timeout | undefined;
  private pauseMs = firstPauseMs;
  private sending: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly url: string,
    private readonly random: () => number = Math.random,
  ) {
    super();
  }

  /** Returns after the first attempt to connect, whether it worked or not. */
  async start(): Promise<void> {
    await this.connect();
  }

  get connected(): boolean {
    return this.client !== undefined;
  }

  notify(channel: WakeChannel): void {
    this.callListeners(channel);
    this.due.add(channel);
    this.timer ??= setTimeout(() => this.send(), coalesceMs);
  }

  on(channel: WakeChannel, listener: () => void): () => void {
    const own = (): void => listener(); // the same function may be added twice
    this.listeners.get(channel)?.add(own);
    return () => void this.listeners.get(channel)?.delete(own);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.retryTimer);
    clearTimeout(this.timer);
    this.send(); // the last words of this process may wake another one
    await this.sending;
    const client = this.client;
    this.client = undefined;
    await client?.end().catch(() => undefined);
  }

  private send(): void {
    this.timer = undefined;
    // One at a time: a client that is busy queues a second statement, and says that it will not for much longer.
    this.sending = this.sending.then(() => this.sendDue());
  }

  private async sendDue(): Promise<void> {
    const names = [...this.due].map((channel) => prefix + channel);
    this.due.clear();
    if (names.length === 0) return;
    // A loss costs one poll; the session's end is noticed by its event.
    await this.client
      ?.query('SELECT pg_notify(name, $2) FROM unnest($1::text[]) AS name', [names, ''])
      .catch(() => undefined);
  }

  private callListeners(channel: WakeChannel): void {
    for (const listener of this.listeners.get(channel) ?? []) listener();
  }

  private async connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.url,
      application_name: 'solution-onboarding wake',
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
    });
    client.on('error', () => undefined); // its end is what counts
    client.once('end', () => this.lost(client));
    try {
      await client.connect();
      await client.query(channels.map((channel) => `LISTEN ${prefix}${channel}`).join(';'));
    } catch (error) {
      this.log.warn(`No wake-up session: ${messageOf(error)}`);
      await client.end().catch(() => undefined);
      this.connectLater();
      return;
    }
    // Stopped while connecting.
    if (this.stopped) return client.end();
    this.client = client;
    this.pauseMs = firstPauseMs;
    client.on('notification', (message) => {
      const channel = message.channel.slice(prefix.length) as WakeChannel;
      // What we sent ourselves was told to our listeners at once.
      if (message.processId !== (client as pg.Client & { processID: number }).processID)
        this.callListeners(channel);
    });
    for (const channel of channels) this.callListeners(channel);
  }

  private lost(client: pg.Client): void {
    if (this.client !== client) return;
    this.client = undefined;
    this.log.warn('The wake-up session was lost; polling until it is back.');
    this.connectLater();
  }

  private connectLater(): void {
    if (this.stopped) return;
    clearTimeout(this.retryTimer);
    this.retryTimer = setTimeout(() => void this.connect(), this.pauseMs * (0.5 + this.random() / 2));
    this.pauseMs = Math.min(this.pauseMs * 2, longestPauseMs);
  }
}
