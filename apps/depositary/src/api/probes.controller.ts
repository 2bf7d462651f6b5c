import { Controller, Get, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Public } from '#service';
import type { Response } from 'express';
import { Readiness } from '../readiness.js';
import { healthSchema, readySchema } from './schemas.js';

@Controller()
@Public()
@ApiTags('probes')
export class ProbesController {
  constructor(private readonly readiness: Readiness) {}

  @Get('health')
  @ApiOperation({ summary: 'The process runs' })
  @ApiResponse({ status: 200, standardSchema: healthSchema })
  health() {
    return { status: 'ok' as const };
  }

  @Get('ready')
  @ApiOperation({ summary: 'Database and bus are available; 503 otherwise' })
  @ApiResponse({ status: 200, standardSchema: readySchema })
  @ApiResponse({ status: 503, standardSchema: readySchema })
  async ready(@Res({ passthrough: true }) response: Response) {
    const answer = await this.readiness.now();
    if (!answer.ready) response.status(503);
    return answer;
  }
}
