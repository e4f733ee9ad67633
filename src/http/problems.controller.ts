import { Controller, Get, Header, Param } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { AppError } from '../errors.js';
import { Public } from './caller.js';
import { isProblemCode, problemHtml } from './problem-page.js';

@ApiTags('operation')
@Public()
@Controller('problems')
export class ProblemsController {
  @Get(':code')
  @Header('content-type', 'text/html; charset=utf-8')
  @ApiOperation({ summary: 'What a problem means and what to do about it' })
  page(@Param('code') code: string): string {
    if (isProblemCode(code)) return problemHtml(code);
    throw new AppError('not-found', `There is no problem "${code}".`);
  }
}
