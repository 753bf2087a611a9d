import { Controller, Get, Header, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Authenticated } from '@app/auth';
import { ApiProblems, noPositiveInt, PositiveIntPipe } from '@app/common';
import { noModel, noVersion } from '@app/model-registry';
import { ReportService } from './report.service.js';

/** The page has its own style and needs nothing else, so a browser need not let it have anything else. */
const CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'";

@ApiTags('training')
@Controller('v1/models')
export class ReportController {
  constructor(private readonly report: ReportService) {}

  @Get(':model/versions/:version/report')
  @Authenticated()
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Content-Security-Policy', CONTENT_SECURITY_POLICY)
  @ApiOperation({
    summary: 'One version as a page to read or to print',
    description:
      'Figures with their intervals and what they mean; plots of reliability, cut-offs, costs, importances, the ' +
      'comparison with the champion and the trials of a search. One HTML file without a script, to save and to pass on.',
  })
  @ApiParam({ name: 'model', example: 'credit-card' })
  @ApiParam({ name: 'version', type: 'integer', example: 1 })
  @ApiOkResponse({
    description: 'HTML',
    content: { 'text/html': { schema: { type: 'string' } } },
    headers: {
      'Content-Security-Policy': {
        required: true,
        schema: { type: 'string' },
        example: CONTENT_SECURITY_POLICY,
      },
    },
  })
  @ApiProblems({
    404: ['There is no such model, or it has no such version.', noModel('claims'), noVersion('credit-card', 9)],
    422: ['The version is not a number.', noPositiveInt('version', 'latest')],
  })
  getReport(@Param('model') model: string, @Param('version', PositiveIntPipe) version: number): Promise<string> {
    return this.report.page(model, version);
  }
}
