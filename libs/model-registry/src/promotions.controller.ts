import { Body, Controller, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentPrincipal, type Principal } from '@app/auth';
import { ApiProblems, Problem } from '@app/common';
import { CatalogueService } from './catalogue.service.js';
import { ChampionChanges } from './champion-changes.service.js';
import { PromoteDto, REASON_RULE, RollbackDto } from './dto/change-champion.dto.js';
import { PromotionDto } from './dto/promotion.dto.js';
import { PromotionSettingsDto, SetPromotionDto } from './dto/promotion-settings.dto.js';
import { noFormerChampion, noModel, nothingToSet, noVersion, versionBroken } from './problems.js';

const UNFIT = 'The request does not fit: `errors` says where.';
const BROKEN = versionBroken(1, new Error('the artefact is no model'));

@ApiTags('models')
@Controller('v1/models/:model')
export class PromotionsController {
  constructor(
    private readonly catalogue: CatalogueService,
    private readonly changes: ChampionChanges,
  ) {}

  @Get('promotions')
  @Authenticated()
  @ApiOperation({
    summary: 'What was compared and who won, newest first',
    description:
      'Every new version is compared with the champion of its moment on the same holdout rows. What a person promoted ' +
      'or rolled back stands here, too, with the reason.',
  })
  @ApiParam({ name: 'model', example: 'credit-card' })
  @ApiProblems({ 404: ['There is no model of this name.', noModel('claims')] })
  listPromotions(@Param('model') model: string): Promise<PromotionDto[]> {
    return this.catalogue.listPromotions(model);
  }

  @Get('promotion-settings')
  @Authenticated()
  @ApiOperation({ summary: 'What it takes for a new version to become champion by itself' })
  @ApiParam({ name: 'model', example: 'credit-card' })
  @ApiProblems({ 404: ['There is no model of this name.', noModel('claims')] })
  getPromotionSettings(@Param('model') model: string): Promise<PromotionSettingsDto> {
    return this.catalogue.getPromotionSettings(model);
  }

  @Put('promotion-settings')
  @Authenticated('manage')
  @ApiOperation({
    summary: 'Change what it takes',
    description:
      'What is left out stays as it is. Holds for the next version that is compared. With the mode `manual` only a ' +
      'person promotes.',
  })
  @ApiParam({ name: 'model', example: 'credit-card' })
  @ApiBody({
    type: SetPromotionDto,
    examples: {
      evidence: {
        summary: 'A gain above 0.01 that is no accident',
        value: { mode: 'automatic', rule: 'evidence', min_improvement: 0.01, confidence: 0.95 },
      },
    },
  })
  @ApiProblems({
    404: ['There is no model of this name.', noModel('claims')],
    422: [UNFIT, Problem.invalid([{ path: 'confidence', message: 'must not be greater than 0.999' }]), nothingToSet()],
  })
  setPromotion(@Param('model') model: string, @Body() settings: SetPromotionDto): Promise<PromotionSettingsDto> {
    return this.catalogue.setPromotion(model, settings);
  }

  @Post('promote')
  @HttpCode(200)
  @Authenticated('manage')
  @ApiOperation({
    summary: 'Make a version champion, whatever its figures',
    description:
      'Every process swaps a moment later; no request fails or waits. The next version that is trained is compared ' +
      'with this one. Promoting the champion again changes nothing.',
  })
  @ApiParam({ name: 'model', example: 'credit-card' })
  @ApiBody({
    type: PromoteDto,
    examples: { agreed: { value: { version: 1, reason: 'Agreed on in the risk meeting of 3 March' } } },
  })
  @ApiProblems({
    404: ['There is no such model, or it has no such version.', noModel('claims'), noVersion('credit-card', 9)],
    409: ['The version cannot score: its artefact is broken.', BROKEN],
    422: [UNFIT, Problem.invalid([{ path: 'version', message: 'must be an integer number' }])],
  })
  promote(
    @Param('model') model: string,
    @Body() request: PromoteDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<PromotionDto> {
    return this.changes.promote(model, request, principal.name);
  }

  @Post('rollback')
  @HttpCode(200)
  @Authenticated('manage')
  @ApiOperation({
    summary: 'Give the decision back to the champion before this one',
    description: 'Once more goes a step further back.',
  })
  @ApiParam({ name: 'model', example: 'credit-card' })
  @ApiBody({
    type: RollbackDto,
    examples: { alarms: { value: { reason: 'Too many false alarms in the new market' } } },
  })
  @ApiProblems({
    404: ['There is no model of this name.', noModel('claims')],
    409: ['There was no champion before this one, or it cannot score any more.', noFormerChampion('claims'), BROKEN],
    422: [UNFIT, Problem.invalid([{ path: 'reason', message: REASON_RULE }])],
  })
  rollback(
    @Param('model') model: string,
    @Body() request: RollbackDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<PromotionDto> {
    return this.changes.rollback(model, request, principal.name);
  }
}
