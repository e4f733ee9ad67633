import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Config } from '../../config/config.js';
import { Clock } from '../clock.js';
import { pauseView } from '../pauses/pause.js';
import { Pauses } from '../pauses/pauses.js';
import { WorkersSeen } from '../pauses/workers-seen.js';

export interface ServiceView {
  readonly pause: ReturnType<typeof pauseView>;
  /** Until when less than everything is carried on at once, after a pause; null: no such time. */
  readonly rampUntil: string | null;
  /** Processes that carry operations on. */
  readonly workers: readonly { readonly id: string; readonly startedAt: string }[];
}

export class GetServiceQuery extends Query<ServiceView> {}

@QueryHandler(GetServiceQuery)
export class GetServiceHandler implements IQueryHandler<GetServiceQuery> {
  constructor(
    private readonly pauses: Pauses,
    private readonly workers: WorkersSeen,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  async execute(): Promise<ServiceView> {
    await this.workers.refresh();
    const { resumedAtMs } = this.pauses;
    const endsAtMs = resumedAtMs === null ? 0 : resumedAtMs + this.config.resumeRampMs;
    return {
      pause: pauseView(this.pauses.ofEverything()),
      rampUntil: endsAtMs > this.clock.now().getTime() ? new Date(endsAtMs).toISOString() : null,
      workers: this.workers.all.map(({ id, started_at }) => ({ id, startedAt: started_at.toISOString() })),
    };
  }
}
