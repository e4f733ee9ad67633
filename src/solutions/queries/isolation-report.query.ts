import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Database } from '../../database/database.js';
import { AppError } from '../../errors.js';
import { allow, type Caller } from '../../http/caller.js';
import { newLook } from '../../saga/call.js';
import { Clock } from '../clock.js';
import { readTenant } from '../isolation/read-tenant.js';
import { isolationReport, type IsolationReport } from '../isolation/report.js';
import { Targets } from '../ports/target.js';
import { isUuid } from '../request-text.js';
import { asking } from '../target-unavailable.js';
import { findMarkedSolutions, findTenantSolutions } from './sql/tenant-solutions.sql.js';

/** Who shares a server, a database or a dependent in a tenant, who reads whose Business Processes, and what nobody holds. */
export class IsolationReportQuery extends Query<IsolationReport> {
  constructor(
    readonly target: string,
    readonly tenant: string,
    readonly caller: Caller,
  ) {
    super();
  }
}

@QueryHandler(IsolationReportQuery)
export class IsolationReportHandler implements IQueryHandler<IsolationReportQuery> {
  constructor(
    private readonly database: Database,
    private readonly targets: Targets,
    private readonly clock: Clock,
  ) {}

  async execute({ target, tenant, caller }: IsolationReportQuery): Promise<IsolationReport> {
    if (!this.targets.names().includes(target)) throw unknown('target', target);
    allow(caller, 'viewer', { target, tenant });
    const at = this.clock.now();
    const seen = await asking(target, () =>
      // Of a tenant with hundreds of servers it is thousands of calls: operations come first.
      readTenant(this.targets.get(target), newLook('background'), tenant),
    );
    if (seen === null) throw unknown('tenant', tenant);
    const marks = [...new Set(seen.marked.map(({ mark }) => mark.solution.toLowerCase()))].filter(isUuid);
    const [solutions, markedSolutions] = await Promise.all([
      findTenantSolutions(this.database, target, tenant),
      findMarkedSolutions(this.database, marks),
    ]);
    const { ignore } = this.targets.get(target).config;
    return isolationReport(target, { ...seen, solutions, markedSolutions }, at, ignore);
  }
}

const unknown = (what: string, name: string): AppError =>
  new AppError('not-found', `There is no ${what} ${JSON.stringify(name.slice(0, 64))}.`);
