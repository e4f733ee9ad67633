import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type * as z from 'zod';
import { CurrentCaller, type Caller } from '../http/caller.js';
import { Answers, Problems } from './api-docs.js';
import { targetPageSchema, targetPauseSchema, targetSchema } from './api-schemas.js';
import { PauseTargetCommand } from './commands/pause-target.command.js';
import { pauseRequest, pauseVerb, pauseVerbs, type PauseView } from './pauses/pause.js';
import type { Page } from './queries/page.js';
import type { TargetView } from './queries/target-view.js';
import { GetTargetQuery, ListTargetsQuery } from './queries/targets.query.js';
import { nothing } from './request-text.js';

@ApiTags('Targets')
@Controller('/v1/targets')
export class TargetsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

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

  @Post(':target/:verb')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Pause a target for everybody, or resume it',
    description: [
      '- `pause`: no new effect on the target begins, in any process; operations wait with `waitingFor.reason` `target`, which says',
      '  who and why. One that is inside its outage goes on until service is restored. Reading, planning and accepting go on.',
      '- `resume`: they go on where they stood.',
      '',
      'Saying it twice changes nothing: the first reason stands.',
    ].join('\n'),
  })
  @ApiParam({ name: 'verb', enum: pauseVerbs })
  @Answers(200, 'The pause as it stands.', targetPauseSchema)
  @Problems('malformed-json', 'not-found')
  async tell(
    @Param('target') target: string,
    @Param('verb') verb: string,
    @Body({ schema: pauseRequest }) { reason }: z.output<typeof pauseRequest>,
    @CurrentCaller() caller: Caller,
    @Query({ schema: nothing }) _parameters: unknown,
  ): Promise<{ name: string; href: string; pause: PauseView }> {
    const asked = { target, verb: pauseVerb(verb), reason, caller };
    const pause = await this.commands.execute(new PauseTargetCommand(asked));
    return { name: target, href: `/v1/targets/${encodeURIComponent(target)}`, pause };
  }
}
