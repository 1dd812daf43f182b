import { type Sql, statement } from '../sql';

/** One version of a stored definition. `document` is JSON text. */
export interface DefinitionRow {
  readonly name: string;
  readonly version: number;
  readonly document: string;
  readonly createdBy: string;
  readonly createdAt: Date;
}
/** Without `version`: the newest. */
export interface DefinitionKey {
  readonly name: string;
  readonly version?: number | undefined;
}

const columns = 'd.name, d.version, d.document, d.created_by as "createdBy", d.created_at as "createdAt"';
const INSERT = statement(
  'definitions-insert',
  `with d as (
     insert into workflow_definitions (name, version, document, created_by) values ($1, $2, $3, $4)
     on conflict do nothing returning name, version, document, created_by, created_at
   )
   select ${columns} from d`,
);
const LOAD = statement(
  'definitions-load',
  `select ${columns} from unnest($1::text[], $2::int[]) as x (name, version)
    cross join lateral (select * from workflow_definitions d
                         where d.name = x.name and (x.version is null or d.version = x.version)
                         order by d.version desc limit 1) d`,
);
const LIST = statement(
  'definitions-list',
  `select distinct on (d.name) ${columns} from workflow_definitions d
    where $2::text is null or d.name > $2 order by d.name, d.version desc limit $1`,
);
const VERSIONS = statement(
  'definitions-versions',
  `select ${columns} from workflow_definitions d where d.name = $2 and ($3::int is null or d.version < $3)
    order by d.version desc limit $1`,
);
const NAMES = statement('definitions-names', 'select distinct name from workflow_definitions order by name limit $1');

/** Stores a version; undefined when there is one of this number already. A version never changes. */
export async function insertDefinition(
  sql: Sql,
  { name, version, document, createdBy }: Omit<DefinitionRow, 'createdAt'>,
): Promise<DefinitionRow | undefined> {
  const [row] = await sql.run<DefinitionRow>(INSERT, [name, version, document, createdBy]);
  return row;
}

/** Those that exist, in no particular order. */
export function loadDefinitions(sql: Sql, keys: readonly DefinitionKey[]): Promise<DefinitionRow[]> {
  const values = [keys.map(({ name }) => name), keys.map(({ version }) => version ?? null)];
  return sql.run<DefinitionRow>(LOAD, values);
}

/** The newest version of each, by name. `after` is the last name of the page that went before. */
export function listDefinitions(sql: Sql, page: { readonly limit: number; readonly after?: string | undefined }) {
  return sql.run<DefinitionRow>(LIST, [page.limit, page.after ?? null]);
}

/** Of one name, newest first. `before` is the last version of the page that went before. */
export function listDefinitionVersions(
  sql: Sql,
  name: string,
  page: { readonly limit: number; readonly before?: number | undefined },
): Promise<DefinitionRow[]> {
  return sql.run<DefinitionRow>(VERSIONS, [page.limit, name, page.before ?? null]);
}

export async function definitionNames(sql: Sql, limit: number): Promise<string[]> {
  return (await sql.run<{ name: string }>(NAMES, [limit])).map(({ name }) => name);
}
