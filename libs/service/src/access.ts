import { createHash, randomBytes } from 'node:crypto';
import {
  type CanActivate,
  type ExecutionContext,
  Inject,
  Injectable,
  SetMetadata,
  applyDecorators,
  createParamDecorator,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiExtension } from '@nestjs/swagger';
import { ValiseError } from '#core';
import { PUBLIC_EXTENSION, ROLES_EXTENSION } from './openapi.js';
import type { Request } from 'express';

export const ACCESS_ROLES = [
  'officer',
  'head',
  'security-officer',
  'auditor',
  'system',
  'administrator',
] as const;
export type AccessRole = (typeof ACCESS_ROLES)[number];

/** Who calls: a token's holder, in one role, for one authority (null: for the node as a whole). */
export interface Principal {
  readonly tokenId: string;
  readonly name: string;
  readonly role: AccessRole;
  readonly authority: string | null;
}

/** Finds the holder of a token by the token's hash; undefined where there is none, or no longer. */
export interface TokenStore {
  findByHash(sha256: string): Promise<Principal | undefined>;
}
export const TOKEN_STORE = Symbol('TOKEN_STORE');

const ROLES = Symbol('roles');
const PUBLIC = Symbol('public');
const TOKEN = /^vls_[A-Za-z0-9_-]{43}$/;

/** Roles that may call a handler. A handler without this, and without `Public`, answers nobody. */
export const Allow = (...roles: readonly AccessRole[]) =>
  applyDecorators(SetMetadata(ROLES, roles), ApiExtension(ROLES_EXTENSION, [...roles]));
/** For probes only: answers without a token. */
export const Public = () => applyDecorators(SetMetadata(PUBLIC, true), ApiExtension(PUBLIC_EXTENSION, true));

/** The caller, put on the request by the guard. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const principal = context.switchToHttp().getRequest<Request & { principal?: Principal }>().principal;
  if (!principal) throw new ValiseError('UNAUTHENTICATED', 'no caller is known');
  return principal;
});

/** 256 random bits, with a prefix that secret scanners can find. Shown once, stored hashed. */
export function newToken(): { token: string; sha256: string } {
  const token = `vls_${randomBytes(32).toString('base64url')}`;
  return { token, sha256: hashToken(token) };
}

/** Tokens carry 256 bits of entropy, so a plain hash is enough and a lookup needs no secret comparison. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Default deny: every HTTP handler needs a bearer token of a role that it names. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    @Inject(TOKEN_STORE) private readonly tokens: TokenStore,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    // The bus authenticates by certificates; its handlers are not reached over HTTP.
    if (context.getType() !== 'http') return true;
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(PUBLIC, targets)) return true;
    const request = context.switchToHttp().getRequest<Request & { principal?: Principal }>();
    const principal = await this.authenticate(request.headers.authorization);
    const roles = this.reflector.getAllAndOverride<readonly AccessRole[] | undefined>(ROLES, targets) ?? [];
    if (!roles.includes(principal.role))
      throw new ValiseError(
        'FORBIDDEN',
        `the role ${principal.role} may not do this; it is for: ${roles.join(', ') || 'nobody'}`,
      );
    request.principal = principal;
    return true;
  }

  private async authenticate(header: string | undefined): Promise<Principal> {
    const token = /^Bearer (\S+)$/.exec(header ?? '')?.[1];
    const principal = token && TOKEN.test(token) ? await this.tokens.findByHash(hashToken(token)) : undefined;
    if (!principal)
      throw new ValiseError('UNAUTHENTICATED', 'a valid bearer token is needed', {
        remedy: 'send the header "Authorization: Bearer vls_…"; an administrator issues tokens',
      });
    return principal;
  }
}
