import { IsString, Length } from 'class-validator';

/** A name and a password. */
export class PasswordBody {
  @IsString()
  @Length(1, 200)
  readonly username!: string;

  @IsString()
  @Length(1, 1000)
  readonly password!: string;
}

/** A refresh token as it was granted. */
export class RefreshBody {
  @IsString()
  @Length(1, 200)
  readonly refreshToken!: string;
}
