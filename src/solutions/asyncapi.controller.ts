import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '../http/caller.js';
import { asyncApiDocument } from './asyncapi.js';

/** The messages on Kafka, as `/openapi.json` is the document of REST. */
@ApiExcludeController()
@Public()
@Controller()
export class AsyncApiController {
  private readonly document = asyncApiDocument();

  @Get('asyncapi.json')
  show(): Record<string, unknown> {
    return this.document;
  }
}
