import { UnauthenticatedError } from './auth-errors';

/** The token in an `authorization` header, of HTTP or AMQP. Throws UnauthenticatedError. */
export function bearerToken(header: unknown): string {
  const [, token] = /^Bearer +(\S+) *$/i.exec(typeof header === 'string' ? header : '') ?? [];
  if (token !== undefined) return token;
  throw new UnauthenticatedError(
    'This needs the header "Authorization: Bearer <accessToken>". POST /api/auth/token gives one for a name and password.',
  );
}
