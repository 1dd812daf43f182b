import { type Capability, type JsonSchema } from '@baton/contracts';
import { type Sql, statement } from '../sql';

/** A capability that some agent had at some time; submissions are checked against it. */
export interface KnownCapability {
  readonly name: string;
  readonly version: string;
  readonly family: string;
  readonly description: string | null;
  readonly input: JsonSchema;
  readonly output: JsonSchema;
}

const SAVE = statement(
  'capabilities-save',
  `insert into capabilities (name, version, family, description, input_schema, output_schema)
   select x.name, x.version, $1, x.description, x.input, x.output
     from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) x(name, version, description, input, output)
    order by x.name, x.version
   on conflict (name, version) do update
      set family = excluded.family, description = excluded.description, input_schema = excluded.input_schema,
          output_schema = excluded.output_schema, last_seen_at = clock_timestamp()`,
);

/** Adds what an agent can do; the same name and version again takes the newer schemas. */
export async function saveCapabilities(sql: Sql, family: string, capabilities: readonly Capability[]): Promise<void> {
  const unique = [...new Map(capabilities.map((one) => [`${one.name} ${one.version}`, one])).values()];
  const column = <Value>(of: (capability: Capability) => Value): Value[] => unique.map(of);
  await sql.run(SAVE, [
    family,
    column((one) => one.name),
    column((one) => one.version),
    column((one) => one.description ?? null),
    column((one) => JSON.stringify(one.input)),
    column((one) => JSON.stringify(one.output)),
  ]);
}

const LOAD = statement(
  'capabilities-load',
  `select name, version, family, description, input_schema, output_schema from capabilities order by name, version`,
);
interface CapabilityRow {
  readonly name: string;
  readonly version: string;
  readonly family: string;
  readonly description: string | null;
  readonly input_schema: string;
  readonly output_schema: string;
}

/** Every capability ever registered, by name and version. */
export async function loadCapabilities(sql: Sql): Promise<KnownCapability[]> {
  const rows = await sql.run<CapabilityRow>(LOAD);
  return rows.map(({ input_schema: input, output_schema: output, ...same }) => ({
    ...same,
    input: JSON.parse(input) as JsonSchema,
    output: JSON.parse(output) as JsonSchema,
  }));
}
