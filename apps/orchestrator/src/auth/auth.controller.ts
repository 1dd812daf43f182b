import { Body, Controller, HttpCode, Post, Req, UsePipes } from '@nestjs/common';
import { documentPipe } from '../api/http/validate-document.pipe';
import { Describe } from '../openapi/describe.decorator';
import { Open, Roles } from './access.decorator';
import { PasswordBody, RefreshBody } from './auth-bodies';
import { type SignedInRequest } from './principal';
import { SignIn, type TokenGrant } from './sign-in';

@Controller('api/auth')
@UsePipes(documentPipe())
export class AuthController {
  constructor(private readonly signIn: SignIn) {}

  @Post('token')
  @Open()
  @HttpCode(200)
  @Describe({
    summary: 'Sign in',
    tag: 'auth',
    body: 'PasswordBody',
    ok: { 200: 'TokenGrant' },
    errors: [400, 401, 429],
  })
  token(@Body() body: PasswordBody, @Req() request: SignedInRequest): Promise<TokenGrant> {
    return this.signIn.withPassword(body, request.ip);
  }

  @Post('refresh')
  @Open()
  @HttpCode(200)
  @Describe({
    summary: 'Trade a refresh token for new tokens',
    tag: 'auth',
    body: 'RefreshBody',
    ok: { 200: 'TokenGrant' },
    errors: [400, 401],
  })
  refresh(@Body() body: RefreshBody, @Req() request: SignedInRequest): Promise<TokenGrant> {
    return this.signIn.withRefreshToken(body.refreshToken, request.ip);
  }

  @Post('revoke')
  @Roles('viewer')
  @HttpCode(204)
  @Describe({
    summary: 'Sign out: end a chain of refresh tokens',
    tag: 'auth',
    body: 'RefreshBody',
    ok: { 204: undefined },
    errors: [400],
  })
  async revoke(@Body() body: RefreshBody, @Req() request: SignedInRequest): Promise<void> {
    await this.signIn.revoke(body.refreshToken, request.principal);
  }
}
