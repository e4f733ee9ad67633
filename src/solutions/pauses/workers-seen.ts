import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { Database } from '../../database/database.js';
import { Wake } from '../../database/wake.js';
import { readWorkers } from '../../saga/sql/workforce.sql.js';
import type { ChannelBreaker, TargetBreakers } from '../target-probe.js';
import { Watched } from './watched.js';

export interface WorkerSeen {
  readonly id: string;
  readonly started_at: Date;
  /** null: of a release that does not say. */
  readonly targets: readonly string[] | null;
  /** By target, only what is not closed. */
  readonly down: Readonly<Record<string, TargetBreakers>> | null;
}

/** The workers whose lease lives, as they describe themselves: what a process shows that makes no calls of its own. */
@Injectable()
export class WorkersSeen extends Watched<readonly WorkerSeen[]> {
  constructor(
    private readonly database: Database,
    wake: Wake,
    logger: PinoLogger,
  ) {
    super(wake, (error) => logger.warn({ err: error }, 'the workers could not be read; trying again'));
  }

  get all(): readonly WorkerSeen[] {
    return this.value ?? [];
  }

  /** The target as the worker that fares worst finds it. */
  breakersOf(target: string, own: TargetBreakers): TargetBreakers {
    return this.all.reduce((worst, { down }) => {
      const found = down?.[target];
      return found === undefined ? worst : worse(worst, found);
    }, own);
  }

  protected override async load(): Promise<readonly WorkerSeen[]> {
    const { rows } = await this.database.query<WorkerSeen>(readWorkers);
    return rows;
  }
}

const badness = { closed: 0, 'half-open': 1, open: 2 } as const;

const worse = (a: TargetBreakers, b: TargetBreakers): TargetBreakers => ({
  objects: worseChannel(a.objects, b.objects),
  security: worseChannel(a.security, b.security),
  control: worseChannel(a.control, b.control),
});

const worseChannel = (a: ChannelBreaker, b: ChannelBreaker): ChannelBreaker =>
  badness[b.state] > badness[a.state] ? b : a;
