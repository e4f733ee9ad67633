import { Controller, Get, Query, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type * as z from 'zod';
import { CurrentCaller, type Caller } from '../http/caller.js';
import type { FeedPage } from '../messaging/feed.js';
import { Answers, Problems } from './api-docs.js';
import { readerGone } from './api-headers.js';
import { eventPageSchema } from './api-schemas.js';
import { eventParameters, ReadEventsQuery } from './queries/read-events.query.js';

@ApiTags('Events')
@Controller('/v1/events')
export class EventsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({
    summary: 'The durable feed of everything that happens',
    description: 'At least once and in order: drop a `sequence` of a `source` that you have seen.',
  })
  @Answers(200, 'A page; `next` is where to go on.', eventPageSchema)
  @Problems('cursor-expired')
  read(
    @Query({ schema: eventParameters }) parameters: z.output<typeof eventParameters>,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<FeedPage> {
    return this.queries.execute(new ReadEventsQuery(parameters, caller, readerGone(reply)));
  }
}
