import { Controller, Get, Header, Headers, Param, Query, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import * as z from 'zod';
import { preferred } from '../http/accept.js';
import { CurrentCaller, type Caller } from '../http/caller.js';
import { parameterFault } from '../errors.js';
import { invalid } from '../http/validate.js';
import { Problems, Represented } from './api-docs.js';
import { isolationReportSchema } from './isolation/report-schema.js';
import { reportCsv, reportTables } from './isolation/report-csv.js';
import { reportHtml } from './isolation/report-html.js';
import type { IsolationReport } from './isolation/report.js';
import { IsolationReportQuery } from './queries/isolation-report.query.js';

const forms = ['application/json', 'text/html', 'text/csv'] as const;

const parameters = z.strictObject({
  table: z
    .enum(reportTables)
    .optional()
    .describe('Which table, with `Accept: text/csv`; the findings when left out.'),
});

@ApiTags('Targets')
@Controller('/v1/targets/:target/tenants/:tenant/isolation')
export class IsolationController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  // A proxy must not give the page to who wants the JSON.
  @Header('vary', 'accept')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Who shares what in a tenant, and who reads whose Business Processes',
    description:
      'Read from the target now, with at most half of its limits: of a tenant with hundreds of servers it takes a while. `Accept` chooses the form: JSON, a page to print, or a table for a spreadsheet.',
  })
  @Represented(200, 'The report.', isolationReportSchema, ['text/html', 'text/csv'])
  @Problems('not-found', 'not-acceptable', 'target-unavailable')
  async report(
    @Param('target') target: string,
    @Param('tenant') tenant: string,
    @Query({ schema: parameters }) { table }: z.output<typeof parameters>,
    @Headers('accept') accept: string | undefined,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<IsolationReport | string> {
    const form = preferred(accept, forms);
    if (table !== undefined && form !== 'text/csv') {
      throw invalid([parameterFault('query', 'table', 'goes with Accept: text/csv')]);
    }
    const report = await this.queries.execute(new IsolationReportQuery(target, tenant, caller));
    if (form === 'application/json') return report;
    void reply.type(
      form === 'text/csv' ? 'text/csv; charset=utf-8; header=present' : `${form}; charset=utf-8`,
    );
    return form === 'text/csv' ? reportCsv(report, table ?? 'findings') : reportHtml(report);
  }
}
