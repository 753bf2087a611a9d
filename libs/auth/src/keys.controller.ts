import { Body, Controller, Delete, Get, Header, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '@app/common';
import { Authenticated } from './authenticated.js';
import { CreatedKeyDto, CreateKeyDto, KeyDto } from './dto/key.dto.js';
import { expiryPast, keyExists, keyFromEnvironment, lastManager, noKey } from './key-problems.js';
import { KeysService } from './keys.service.js';

@ApiTags('keys')
@Authenticated('manage')
@Controller('v1/keys')
export class KeysController {
  constructor(private readonly keys: KeysService) {}

  @Post()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Make a key',
    description: 'The answer shows it, this once. Every process knows it a moment later.',
  })
  @ApiBody({
    type: CreateKeyDto,
    examples: {
      limited: {
        summary: 'For scoring, until a day, with a limit of its own',
        value: {
          name: 'web-shop',
          scopes: ['score'],
          expires_at: '2099-12-31T00:00:00Z',
          rate_limit_per_minute: 6_000,
        },
      },
      smallest: { summary: 'A name and scopes suffice', value: { name: 'trainer', scopes: ['train'] } },
    },
  })
  @ApiProblems({
    409: ['There is or was a key of this name.', keyExists('web-shop')],
    422: ['The request does not fit: `errors` says where.', expiryPast()],
  })
  createKey(@Body() request: CreateKeyDto): Promise<CreatedKeyDto> {
    return this.keys.create(request);
  }

  @Get()
  @ApiOperation({ summary: 'All keys, also expired and revoked ones, but not what they are' })
  listKeys(): Promise<KeyDto[]> {
    return this.keys.list();
  }

  @Delete(':name')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Revoke a key',
    description: 'It stops working at once, on every process. Its name stays in the list and is not given again.',
  })
  @ApiParam({ name: 'name', example: 'web-shop' })
  @ApiProblems({
    404: ['There is no key of this name.', noKey('web-shop')],
    409: [
      'It is the key from `API_KEY`, or the last one with the scope `manage`.',
      keyFromEnvironment(),
      lastManager('head-office'),
    ],
  })
  revokeKey(@Param('name') name: string): Promise<void> {
    return this.keys.revoke(name);
  }
}
