/**
 * The AMQP users whose word counts for everybody's: the one this process itself connects as, and those it was told of.
 * Where our own is in a certificate instead of the URL, nothing we send is signed, and what is not signed counts as ours.
 */
export class ServiceUsers {
  readonly names: readonly string[];
  private readonly own: string | undefined;

  /** `others` is a list with commas. */
  constructor(messageQueueUrl: string, others = '') {
    this.own = ownUser(messageQueueUrl);
    const named = others.split(',').map((name) => name.trim());
    this.names = [...new Set([this.own ?? '', ...named])].filter((name) => name !== '');
  }

  /** Whether what we send says so, so that others may ask for it. */
  get signed(): boolean {
    return this.own !== undefined;
  }

  has(user: string | undefined): boolean {
    return user === this.own || (user !== undefined && this.names.includes(user));
  }
}

function ownUser(list: string): string | undefined {
  const url = new URL(list.split(',', 1)[0]?.trim() ?? '');
  if (url.searchParams.get('auth_mechanism')?.toLowerCase() === 'external') return undefined;
  return url.username === '' ? 'guest' : decodeURIComponent(url.username);
}
