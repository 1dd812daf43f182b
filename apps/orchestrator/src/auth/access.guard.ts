import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ACCESS, type Access } from './access.decorator';
import { AccessTokens } from './access-tokens';
import { ForbiddenError } from './auth-errors';
import { bearerToken } from './bearer-token';
import { mayAct, type Principal, type SignedInRequest } from './principal';

/** Closed by default: what is not marked open needs a token, and a role the route names. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly tokens: AccessTokens,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = context.switchToHttp().getRequest<SignedInRequest>();
    if (!isGuarded(request)) return true;
    const targets = [context.getHandler(), context.getClass()];
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, targets) ?? ['admin'];
    if (access === 'open') return true;
    const token = bearerToken(request.headers.authorization);
    const known = this.tokens.verified(token);
    if (known) return admit(request, known, access);
    return this.tokens.verify(token).then((principal) => admit(request, principal, access));
  }
}

/** Health, which orchestrators of containers ask without a token, lies outside. */
function isGuarded(request: SignedInRequest): boolean {
  return request.routeOptions.url !== undefined && !request.routeOptions.url.startsWith('/healthz');
}

function admit(request: SignedInRequest, principal: Principal, access: Exclude<Access, 'open'>): boolean {
  if (!mayAct(principal.roles, access)) throw new ForbiddenError(principal.name, access);
  request.principal = principal;
  return true;
}
