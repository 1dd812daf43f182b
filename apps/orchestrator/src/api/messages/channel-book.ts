import { createValidator, type Validator } from '@baton/bus';
import {
  isUuid,
  type Channel,
  type JsonValue,
  type Membership,
  NotFoundError,
  ValidationError,
} from '@baton/contracts';
import { agentNames, getChannel, listMembers, openMailboxesOf, type Sql } from '@baton/persistence';

/** Members of one channel an outcome names, at most. */
const MEMBERS = 1000;
/** Compiled schemas that are kept. */
const VALIDATORS = 200;

/** Channels and mailboxes as the database has them, for whoever sends. */
export class ChannelBook {
  private readonly validators = new Map<string, Validator>();

  constructor(private readonly database: Sql) {}

  /** Throws CHANNEL_NOT_FOUND, or INPUT_INVALID when the channel does not take such a message. */
  async check(name: string, type: string, data: JsonValue): Promise<void> {
    const channel = await getChannel(this.database, name);
    if (!channel) throw new NotFoundError('CHANNEL_NOT_FOUND', `Channel ${name}`);
    const faults = this.faultsOf(channel, type, data);
    if (faults.length > 0) throw new ValidationError(faults, 'INPUT_INVALID');
  }

  /** By name, the first thousand. */
  members(channel: string): Promise<readonly Membership[]> {
    return listMembers(this.database, channel, { limit: MEMBERS });
  }

  openMailboxes(addresses: readonly string[]): Promise<ReadonlySet<string>> {
    return openMailboxesOf(this.database, addresses);
  }

  /** Agents answer by their names: under which of these addresses each was asked. */
  async askedBy(addresses: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const ids = addresses.filter(isUuid);
    if (ids.length === 0) return new Map();
    const names = await agentNames(
      this.database,
      ids.map((id) => id.toLowerCase()),
    );
    const askedAs = ids.map((id) => [names.get(id.toLowerCase()) ?? id, id] as const);
    return new Map(askedAs.filter(([name]) => !addresses.includes(name)));
  }

  private faultsOf({ name, types }: Channel, type: string, data: JsonValue) {
    const known = Object.keys(types);
    if (known.length === 0) return [];
    const schema = Object.hasOwn(types, type) ? types[type] : undefined;
    if (schema === undefined) {
      return [{ path: 'type', message: `is none that channel ${name} takes: ${known.join(', ')}` }];
    }
    const faults = this.validatorOf(JSON.stringify(schema))(data);
    return faults.map(({ path, message }) => ({ path: path === '' ? 'data' : `data.${path}`, message }));
  }

  private validatorOf(schema: string): Validator {
    const known = this.validators.get(schema);
    if (known) return known;
    const validator = createValidator(JSON.parse(schema) as Parameters<typeof createValidator>[0]);
    const [oldest] = this.validators.keys();
    if (oldest !== undefined && this.validators.size >= VALIDATORS) this.validators.delete(oldest);
    this.validators.set(schema, validator);
    return validator;
  }
}
