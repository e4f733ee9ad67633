import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type * as z from 'zod';
import { CurrentCaller, type Caller } from '../http/caller.js';
import { Answers, Problems } from './api-docs.js';
import { serviceSchema } from './api-schemas.js';
import { PauseTargetCommand } from './commands/pause-target.command.js';
import { everything, pauseRequest, pauseVerb, pauseVerbs } from './pauses/pause.js';
import { GetServiceQuery, type ServiceView } from './queries/service.query.js';
import { nothing } from './request-text.js';

@ApiTags('Service')
@Controller('/v1/service')
export class ServiceController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Whether operations are carried on, and by whom' })
  @Answers(200, 'The service as a whole, all processes of it.', serviceSchema)
  @Problems()
  get(
    @CurrentCaller() _caller: Caller,
    @Query({ schema: nothing }) _parameters: unknown,
  ): Promise<ServiceView> {
    return this.queries.execute(new GetServiceQuery());
  }

  @Post(':verb')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Pause the whole service, or resume it',
    description: [
      '- `pause`: no process takes anything up any more; what is in hand is let go as soon as no call is in the air, inside an',
      '  outage when service is restored. Reading, planning and accepting go on. A start with `START_PAUSED` begins like this.',
      '- `resume`: everything goes on, at first a little at a time (`RESUME_RAMP_MS`), what has begun before what is queued.',
    ].join('\n'),
  })
  @ApiParam({ name: 'verb', enum: pauseVerbs })
  @Answers(200, 'The service as it is from now on.', serviceSchema)
  @Problems('malformed-json', 'not-found')
  async tell(
    @Param('verb') verb: string,
    @Body({ schema: pauseRequest }) { reason }: z.output<typeof pauseRequest>,
    @CurrentCaller() caller: Caller,
    @Query({ schema: nothing }) _parameters: unknown,
  ): Promise<ServiceView> {
    await this.commands.execute(
      new PauseTargetCommand({ target: everything, verb: pauseVerb(verb), reason, caller }),
    );
    return this.queries.execute(new GetServiceQuery());
  }
}
