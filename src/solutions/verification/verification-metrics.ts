import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Registry } from 'prom-client';
import { Database } from '../../database/database.js';
import type { Condition } from './verdict.js';
import { countVerifications } from './sql/count-verifications.sql.js';

/** What an operator watches of solutions that should stay as they were left. */
@Injectable()
export class VerificationMetrics {
  private readonly looks: Counter<'target' | 'outcome'>;

  constructor(registry: Registry, database: Database) {
    this.looks = new Counter({
      name: 'verifications_total',
      help: 'Periodic looks at active solutions by outcome: holds, drifted, undecided; failed counts batches that could not be read.',
      labelNames: ['target', 'outcome'],
      registers: [registry],
    });
    const drifted = new Gauge({
      name: 'solutions_drifted',
      help: 'Active solutions that differ from what was left on the target, as last seen; the same in every process.',
      labelNames: ['target'],
      registers: [registry],
      // Without a database the last values stand, so that the other metrics still come.
      async collect() {
        const counts = await countVerifications(database).catch(() => null);
        if (counts === null) return;
        for (const gauge of [drifted, isolation, overdue]) gauge.reset();
        for (const { target, ...count } of counts) {
          drifted.set({ target }, count.drifted);
          overdue.set({ target }, count.overdueSeconds);
          for (const state of ['verified', 'unverified', 'violated'] as const)
            isolation.set({ target, isolation: state }, count[state]);
        }
      },
    });
    const isolation = new Gauge({
      name: 'solutions_isolation',
      help: 'Active solutions by isolation, as last seen; the same in every process.',
      labelNames: ['target', 'isolation'],
      registers: [registry],
    });
    const overdue = new Gauge({
      name: 'verification_overdue_seconds',
      help: 'For how long the oldest look that is due has been waiting; the same in every process.',
      labelNames: ['target'],
      registers: [registry],
    });
  }

  looked(target: string, condition: Condition): void {
    this.looks.inc({ target, outcome: condition });
  }

  failed(target: string): void {
    this.looks.inc({ target, outcome: 'failed' });
  }
}
