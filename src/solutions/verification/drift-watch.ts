import { randomUUID } from 'node:crypto';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { Database } from '../../database/database.js';
import { messageOf } from '../../errors.js';
import { pause } from '../../messaging/doorbell.js';
import { newLook } from '../../saga/call.js';
import type { Call } from '../../saga/call.js';
import { Halts } from '../../saga/halts.js';
import { Clock } from '../clock.js';
import { Targets, type Target } from '../ports/target.js';
import { loadSolution } from '../queries/load-solution.js';
import type { SolutionRow } from '../solution-view.js';
import { primeReaders } from './prime-readers.js';
import { RecordVerification, type Recorded } from './record-verification.js';
import {
  claimVerifications,
  forgetVerifications,
  releaseClaims,
  renewClaims,
} from './sql/verification-rows.sql.js';
import { VerificationMetrics } from './verification-metrics.js';
import { Verifier } from './verifier.js';

/** Solutions of a tenant that share one look: its lists and who reads what are asked once for all of them. */
const batchSize = 25;
const leaseMs = 120_000;
/** Due work is looked for twenty times a period, and not oftener than this nor seldomer than that. */
const pollsPerPeriod = 20;
const [leastPollMs, mostPollMs] = [250, 30_000];
const forgetEveryMs = 3_600_000;

/** Looks at every active solution again and again, one target beside the other, and tells when it is not as it was left. */
@Injectable()
export class DriftWatch implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly stopping = new AbortController();
  private running: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly targets: Targets,
    private readonly halts: Halts,
    private readonly verifier: Verifier,
    private readonly recording: RecordVerification,
    private readonly metrics: VerificationMetrics,
    private readonly clock: Clock,
    private readonly logger: PinoLogger,
  ) {}

  onApplicationBootstrap(): void {
    const watched = this.targets
      .names()
      .map((name) => this.targets.get(name))
      .filter(({ config }) => config.verifyEveryMs > 0);
    this.running = Promise.all(watched.map((target) => this.watch(target)));
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async watch(target: Target): Promise<void> {
    const { name, verifyEveryMs } = target.config;
    const pollMs = Math.min(mostPollMs, Math.max(leastPollMs, verifyEveryMs / pollsPerPeriod));
    let forgetAtMs = 0;
    while (!this.stopping.signal.aborted) {
      try {
        const looked = await this.verifyDue(target);
        if (looked > 0) continue;
        const nowMs = this.clock.now().getTime();
        if (nowMs >= forgetAtMs) {
          await forgetVerifications(this.database);
          forgetAtMs = nowMs + forgetEveryMs;
        }
      } catch (error) {
        this.logger.warn({ err: error, target: name }, 'solutions are not verified; trying again');
      }
      await pause(pollMs * (0.75 + Math.random() / 2), this.stopping.signal);
    }
  }

  /** One batch. @returns how many solutions were looked at. @throws AppError `unavailable` */
  async verifyDue(target: Target): Promise<number> {
    const { name, verifyEveryMs: everyMs } = target.config;
    // Who has paused it wants to be alone with it; one that is down is not asked again and again.
    if ((this.halts.ofService() ?? this.halts.of(name)) !== null) return 0;
    const claim = randomUUID();
    const ids = await claimVerifications(this.database, {
      target: name,
      everyMs,
      claim,
      leaseMs,
      limit: batchSize,
    });
    if (ids.length === 0) return 0;
    const renewing = setInterval(() => {
      renewClaims(this.database, claim, leaseMs).catch((error: unknown) =>
        this.logger.warn({ err: error, target: name }, 'a claim to verify was not renewed'),
      );
    }, leaseMs / 3);
    let failure: string | null = null;
    try {
      await this.verifyAll(target, ids, claim);
    } catch (error) {
      failure = this.stopping.signal.aborted ? null : messageOf(error);
      if (failure !== null) this.metrics.failed(name);
      this.logger.info({ target: name, detail: failure }, 'solutions could not be verified');
    } finally {
      clearInterval(renewing);
      await releaseClaims(this.database, claim, everyMs, failure);
    }
    return failure === null ? ids.length : 0;
  }

  private async verifyAll(target: Target, ids: readonly string[], claim: string): Promise<void> {
    const look = { at: this.clock.now(), call: newLook('background', this.stopping.signal), claim };
    const solutions = await Promise.all(ids.map((id) => loadSolution(this.database, id)));
    await primeReaders(target, look.call, solutions);
    for (const solution of solutions) await this.verifyOne(target, solution, look);
  }

  /** @param solution as it was when the look began: what an operation has done since is not in it */
  private async verifyOne(
    target: Target,
    solution: SolutionRow,
    { at, call, claim }: { readonly at: Date; readonly call: Call; readonly claim: string },
  ): Promise<void> {
    const now = await loadSolution(this.database, solution.id);
    if (!now.live || !now.operation_done || now.last_operation_id !== solution.last_operation_id) return;
    const verdict = await this.verifier.look(solution, call, at.getTime());
    const nextMs = target.config.verifyEveryMs;
    const recorded = await this.recording.record({ solution, at, verdict, claim, nextMs });
    this.metrics.looked(solution.target, verdict.condition);
    if (!isTold(recorded)) return;
    const { id, tenant, key } = solution;
    const { isolation } = verdict;
    this.logger.info(
      { solution: id, target: solution.target, tenant, key, isolation },
      `solution.${recorded}`,
    );
  }
}

const isTold = (recorded: Recorded): boolean => recorded === 'drifted' || recorded === 'verified';
