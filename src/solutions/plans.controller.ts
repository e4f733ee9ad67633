import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentCaller, type Caller } from '../http/caller.js';
import { Answers, Problems } from './api-docs.js';
import { planSchema } from './api-schemas.js';
import type { PlanView } from './plan-view.js';
import { GetPlanQuery } from './queries/get-plan.query.js';
import { nothing } from './request-text.js';

@ApiTags('Solutions')
@Controller('/v1/plans')
export class PlansController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id')
  @ApiOperation({
    summary:
      'A plan that `validate_only=true` made, kept for a day; or that an operation waits to have approved',
  })
  @Answers(200, 'The plan.', planSchema)
  @Problems('plan-not-found')
  get(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @Query({ schema: nothing }) _parameters: unknown,
  ): Promise<PlanView> {
    return this.queries.execute(new GetPlanQuery(id, caller));
  }
}
