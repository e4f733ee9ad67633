import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentCaller, type Caller } from '../http/caller.js';
import { Answers, Problems } from './api-docs.js';
import { targetPageSchema, targetSchema } from './api-schemas.js';
import type { Page } from './queries/page.js';
import type { TargetView } from './queries/target-view.js';
import { GetTargetQuery, ListTargetsQuery } from './queries/targets.query.js';
import { nothing } from './request-text.js';

@ApiTags('Targets')
@Controller('/v1/targets')
export class TargetsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({ summary: 'The configured targets with their health' })
  @Answers(200, 'All of them.', targetPageSchema)
  @Problems()
  list(
    @CurrentCaller() caller: Caller,
    @Query({ schema: nothing }) _parameters: unknown,
  ): Promise<Page<TargetView>> {
    return this.queries.execute(new ListTargetsQuery(caller));
  }

  @Get(':target')
  @ApiOperation({ summary: 'One target with its health' })
  @Answers(200, 'The target.', targetSchema)
  @Problems('not-found')
  get(
    @Param('target') target: string,
    @CurrentCaller() caller: Caller,
    @Query({ schema: nothing }) _parameters: unknown,
  ): Promise<TargetView> {
    return this.queries.execute(new GetTargetQuery(target, caller));
  }
}
