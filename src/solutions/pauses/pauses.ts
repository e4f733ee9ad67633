import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { Config } from '../../config/config.js';
import { Database } from '../../database/database.js';
import { Wake } from '../../database/wake.js';
import { everything, type Pause } from './pause.js';
import { pauseAtStart, readPauses, type PauseRow } from './pauses.sql.js';
import { Watched } from './watched.js';

/** What is paused, as the database has it. */
@Injectable()
export class Pauses extends Watched<readonly PauseRow[]> {
  constructor(
    private readonly database: Database,
    wake: Wake,
    private readonly config: Config,
    private readonly logger: PinoLogger,
  ) {
    super(wake, (error) => logger.warn({ err: error }, 'what is paused could not be read; trying again'));
  }

  /** False until the database has been read once: nobody knows yet what is paused. */
  get known(): boolean {
    return this.value !== null;
  }

  of(target: string): Pause | null {
    const row = this.rowOf(target);
    return row?.paused === true ? { actor: row.actor, reason: row.reason, atMs: row.changed_at_ms } : null;
  }

  ofEverything(): Pause | null {
    return this.of(everything);
  }

  /** When the whole service was resumed last, epoch ms by the database's clock; null: never, or it is paused. */
  get resumedAtMs(): number | null {
    const row = this.rowOf(everything);
    return row?.paused === false ? row.changed_at_ms : null;
  }

  /** A maintenance start pauses before anything else: who cannot write that does not start. */
  override async onModuleInit(): Promise<void> {
    const { startPaused } = this.config;
    if (startPaused !== null) {
      await pauseAtStart(this.database, startPaused.label);
      this.wakeAll();
    }
    await super.onModuleInit();
    const pause = this.ofEverything();
    if (pause !== null) this.logger.warn({ by: pause.actor, reason: pause.reason }, 'the service is paused');
  }

  protected override load(): Promise<readonly PauseRow[]> {
    return readPauses(this.database);
  }

  private rowOf(target: string): PauseRow | undefined {
    return this.value?.find((row) => row.target === target);
  }
}
