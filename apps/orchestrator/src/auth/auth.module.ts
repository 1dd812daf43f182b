import { type DynamicModule, Inject, Module, type OnModuleInit } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Database, RefreshTokens, SigningKeys, UserAccounts } from '@baton/persistence';
import { AccessGuard } from './access.guard';
import { AccessTokens } from './access-tokens';
import { AuthController } from './auth.controller';
import { ensureAdmin } from './first-admin';
import { LoginThrottle } from './login-throttle';
import { SignIn } from './sign-in';

export interface AuthOptions {
  /** For the account `admin` at the very first start; undefined: one is generated. */
  readonly adminPassword: string | undefined;
  /** Shows a generated password, once. Default: a line on stdout. */
  readonly announce?: (credentials: { username: string; password: string }) => void;
}

const OPTIONS = Symbol('AuthOptions');
const fromDatabase = <Type>(type: new (database: Database) => Type) => ({
  provide: type,
  inject: [Database],
  useFactory: (database: Database) => new type(database),
});

/** Accounts, tokens, and the guard in front of every route. Needs Database from a global module. */
@Module({})
export class AuthModule implements OnModuleInit {
  constructor(
    private readonly users: UserAccounts,
    private readonly tokens: AccessTokens,
    @Inject(OPTIONS) private readonly options: AuthOptions,
  ) {}

  static register(options: AuthOptions): DynamicModule {
    return {
      module: AuthModule,
      global: true,
      controllers: [AuthController],
      providers: [
        { provide: OPTIONS, useValue: options },
        fromDatabase(UserAccounts),
        fromDatabase(RefreshTokens),
        fromDatabase(SigningKeys),
        { provide: AccessTokens, inject: [SigningKeys], useFactory: (keys: SigningKeys) => new AccessTokens(keys) },
        { provide: LoginThrottle, useFactory: () => new LoginThrottle() },
        {
          provide: SignIn,
          inject: [UserAccounts, RefreshTokens, AccessTokens, LoginThrottle],
          useFactory: (...parts: ConstructorParameters<typeof SignIn>) => new SignIn(...parts),
        },
        { provide: APP_GUARD, useClass: AccessGuard },
      ],
      exports: [AccessTokens],
    };
  }

  async onModuleInit(): Promise<void> {
    await this.tokens.start();
    const password = await ensureAdmin(this.users, this.options.adminPassword);
    if (password !== undefined) (this.options.announce ?? printOnce)({ username: 'admin', password });
  }
}

function printOnce({ username, password }: { username: string; password: string }): void {
  process.stdout.write(`The first account is "${username}", password ${password} (shown once, kept nowhere)\n`);
}
