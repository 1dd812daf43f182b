import { type Sql, statement, type Statement } from '../sql';

/** Rows that contradict an invariant; none are good. */
export interface Violation {
  readonly invariant: string;
  /** The rule's short name, for programs: `one-end`. */
  readonly name: string;
  /** What must hold. */
  readonly rule: string;
  /** How many rows break it. */
  readonly count: number;
  /** Up to ten of them. */
  readonly examples: readonly Readonly<Record<string, unknown>>[];
}

export interface Rule {
  readonly invariant: string;
  readonly name: string;
  readonly rule: string;
  readonly query: Statement;
}

const EXAMPLES = 10;

/**
 * A rule from a query for the rows that break it. The database counts them and sends ten, so that a large disaster
 * does not become one of memory here.
 */
export function defineRule(invariant: string, name: string, rule: string, broken: string): Rule {
  const text = `with broken as materialized (${broken})
    select (select count(*) from broken) as count,
           (select json_agg(example) from (select * from broken limit ${EXAMPLES}) example) as examples`;
  return { invariant, name, rule, query: statement(`invariant-${name}`, text) };
}

/** Undefined: the rule holds. */
export async function checkRule(sql: Sql, rule: Rule, values: readonly unknown[] = []): Promise<Violation | undefined> {
  const [found] = await sql.run<{ count: string; examples: Violation['examples'] | null }>(rule.query, values);
  const count = Number(found?.count ?? 0);
  if (count === 0) return undefined;
  const { invariant, name, rule: text } = rule;
  return { invariant, name, rule: text, count, examples: found?.examples ?? [] };
}

/** Waiting for a timer or for the brain's next look is normal; longer than this it is not. */
export const PATIENCE = `interval '1 minute'`;
