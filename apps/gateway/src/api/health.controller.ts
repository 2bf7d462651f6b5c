import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { InjectDataSource } from '@nestjs/typeorm';
import { BusPublisher, BusServer } from '#bus';
import { Allow, Caller, type Principal, Public } from '#service';
import type { Response } from 'express';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { CONFIGURATION, type Configuration } from '../configuration.js';
import { Register } from '../register/register.js';
import { Metrics } from './metrics.js';

const health = z.object({ status: z.literal('up'), node: z.string() });
const readiness = z
  .object({
    ready: z.boolean(),
    database: z.string(),
    bus: z.object({ sends: z.string(), receives: z.string() }),
    register: z.string(),
    unreadable: z.array(z.string()).describe('books on record that cannot be read and are ignored'),
  })
  .meta({ id: 'Readiness' });

@ApiTags('operation')
@Controller()
export class HealthController {
  constructor(
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    @InjectDataSource() private readonly database: DataSource,
    private readonly publisher: BusPublisher,
    private readonly server: BusServer,
    private readonly register: Register,
    private readonly metrics: Metrics,
  ) {}

  @Get('health')
  @Public()
  @ApiOperation({ summary: 'The process answers' })
  @ApiResponse({ status: 200, standardSchema: health })
  health(): z.output<typeof health> {
    return { status: 'up', node: this.configuration.node };
  }

  @Get('ready')
  @Public()
  @ApiOperation({ summary: 'Database, bus and register are available: 200, else 503' })
  @ApiResponse({ status: 200, standardSchema: readiness })
  @ApiResponse({
    status: 503,
    standardSchema: readiness,
    description: 'not ready; the body has the same form and says what is missing',
  })
  async ready(@Res({ passthrough: true }) response: Response): Promise<z.output<typeof readiness>> {
    const database = await this.database.query('SELECT 1').then(
      () => 'connected',
      () => 'away',
    );
    const bus = { sends: this.publisher.state.state, receives: this.server.state.state };
    const books = this.register.snapshot.books.length;
    const register =
      books === 0 ? 'empty' : this.register.ages().some(({ stale }) => stale) ? 'stale' : 'current';
    const ready =
      database === 'connected' &&
      bus.sends === 'connected' &&
      bus.receives === 'connected' &&
      register === 'current';
    response.status(ready ? 200 : 503);
    const unreadable = [...this.register.snapshot.unreadable.keys()];
    return { ready, database, bus, register, unreadable };
  }

  @Get('metrics')
  @Allow('system', 'administrator', 'auditor')
  @ApiOperation({
    summary: 'Prometheus metrics: of the caller’s authority, or of the node for a token of the node',
  })
  @ApiResponse({ status: 200, content: { 'text/plain': { schema: { type: 'string' } } } })
  async prometheus(@Caller() caller: Principal, @Res() response: Response): Promise<void> {
    response
      .setHeader('Content-Type', this.metrics.contentType)
      .send(await this.metrics.text(caller.authority));
  }
}
