import type { Database } from '../database/database.js';
import type { Wake } from '../database/wake.js';
import type { Halts } from './halts.js';
import type { Sagas, TargetLimits } from './saga.js';
import { describeWorker } from './sql/workforce.sql.js';
import type { WorkerLease } from './worker-lease.js';

/** Tells the other processes what this worker can carry out and what it has found down; written when it is something new. */
export class Announcement {
  private told = '';

  constructor(
    private readonly database: Database,
    private readonly wake: Wake,
    private readonly lease: WorkerLease,
    private readonly sagas: Sagas,
    private readonly limits: TargetLimits,
    private readonly halts: Halts | undefined,
  ) {}

  async tell(): Promise<void> {
    if (!this.lease.registered) return;
    const { epoch } = this.lease;
    const knows = Object.fromEntries(this.sagas.known.map(({ kind, steps }) => [kind, steps]));
    const values = [
      epoch,
      JSON.stringify(knows),
      this.limits.names(),
      JSON.stringify(this.halts?.found() ?? {}),
    ];
    const text = JSON.stringify(values);
    if (text === this.told) return;
    this.told = text;
    try {
      await this.database.query(describeWorker, values);
    } catch (error) {
      this.told = '';
      throw error;
    }
    this.wake.notify('target');
  }
}
