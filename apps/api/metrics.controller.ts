import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { Authenticated } from '@app/auth';
import { Metrics } from '@app/metrics';

@ApiTags('metrics')
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Get()
  @Authenticated('manage')
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  @ApiOperation({
    summary: 'What the API processes count and measure, together, for Prometheus',
    description: 'The same without a key on `METRICS_PORT`, where that is set.',
  })
  @ApiProduces('text/plain')
  @ApiOkResponse({
    content: { 'text/plain': { schema: { type: 'string' }, example: 'fraud_champions_loaded 3\n' } },
    description: 'Prometheus’ text format.',
  })
  getMetrics(): Promise<string> {
    return this.metrics.text();
  }
}
