import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentPrincipal, type Principal } from '@app/auth';
import { ApiProblems, Problem } from '@app/common';
import { CreatePolicyDto, PolicyInForceDto, PolicyVersionDto } from '../dto/policy-version.dto.js';
import { noModel, policyNeedsTraining } from '../problems.js';
import { PolicyCatalogue } from './policy-catalogue.service.js';

const NO_COLUMN = policyNeedsTraining(2, { kind: 'no_column', column: 'amount' });

@ApiTags('models')
@Controller('v1/models/:model')
export class PoliciesController {
  constructor(private readonly policies: PolicyCatalogue) {}

  @Get('policy')
  @Authenticated()
  @ApiOperation({
    summary: 'The decision policy in force: its cut-offs, and what they do',
    description:
      'The cut-offs are those of the present champion. What to expect of them was counted on the rows that it was ' +
      'calibrated on, which its training never saw.',
  })
  @ApiParam({ name: 'model', example: 'credit-card' })
  @ApiProblems({ 404: ['There is no model of this name.', noModel('claims')] })
  getPolicy(@Param('model') model: string): Promise<PolicyInForceDto> {
    return this.policies.inForce(model);
  }

  @Get('policies')
  @Authenticated()
  @ApiOperation({ summary: 'All decision policies that a model has had, newest first' })
  @ApiParam({ name: 'model', example: 'credit-card' })
  @ApiProblems({ 404: ['There is no model of this name.', noModel('claims')] })
  listPolicies(@Param('model') model: string): Promise<PolicyVersionDto[]> {
    return this.policies.list(model);
  }

  @Post('policies')
  @Authenticated('manage')
  @ApiOperation({
    summary: 'Decide by another policy',
    description:
      'It is in force at once: every process swaps a moment later, and no request fails or waits. `fixed` cut-offs on ' +
      'the score; a `target` that what is flagged must reach; or `costs`, of which the cheapest cut-offs follow. The ' +
      'last two are computed anew for each champion.',
  })
  @ApiParam({ name: 'model', example: 'credit-card' })
  @ApiBody({
    type: CreatePolicyDto,
    examples: {
      fixed: {
        summary: 'Review from a score of 50, block from 90',
        value: { policy: { kind: 'fixed', review: 50, block: 90 }, reason: 'As agreed at the start' },
      },
      target: {
        summary: 'Catch 80 % of the frauds, block where 95 % are frauds',
        value: {
          policy: { kind: 'target', review: { recall: 0.8 }, block: { precision: 0.95 } },
          reason: 'As many as two people can look at',
        },
      },
      costs: {
        summary: 'What costs least',
        value: {
          policy: { kind: 'costs', missed_fraud: 250, false_alarm: 20, review: 4 },
          reason: 'The figures of the last quarter',
        },
      },
    },
  })
  @ApiProblems({
    404: ['There is no model of this name.', noModel('claims')],
    409: [
      'The champion lacks what the policy is computed from: train a new version.',
      policyNeedsTraining(1, { kind: 'no_curve' }),
      NO_COLUMN,
    ],
    422: [
      'The policy does not fit: `errors` says where.',
      Problem.invalid([{ path: 'policy.review.recall', message: 'must not be greater than 1' }]),
    ],
  })
  createPolicy(
    @Param('model') model: string,
    @Body() request: CreatePolicyDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<PolicyVersionDto> {
    return this.policies.create(model, request, principal.name);
  }
}
