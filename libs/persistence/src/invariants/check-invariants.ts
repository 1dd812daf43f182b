import { type Sql } from '../sql';
import { checkAccepted } from './accepted-tasks';
import { attemptRules } from './attempt-rules';
import { auditRules } from './audit-rules';
import { concurrencyRules } from './concurrency-rules';
import { outcomeRules } from './outcome-rules';
import { ownerRules } from './owner-rules';
import { checkRule, type Violation } from './rule';
import { workflowRules } from './workflow-rules';

const rules = [...outcomeRules, ...auditRules, ...attemptRules, ...ownerRules, ...concurrencyRules, ...workflowRules];

export interface InvariantReport {
  /** Rules that were checked. */
  readonly checked: number;
  readonly violations: Violation[];
}

/**
 * Proves the invariants of tasks and workflows from what the database holds. `accepted`: ids a sender was told are
 * accepted; each must be there. Reads everything (a million tasks in about 20 s): not for a busy hour.
 */
export async function checkInvariants(
  sql: Sql,
  { accepted }: { readonly accepted?: readonly string[] } = {},
): Promise<InvariantReport> {
  const violations: Violation[] = [];
  const missing = accepted && (await checkAccepted(sql, accepted));
  if (missing) violations.push(missing);
  for (const rule of rules) {
    const violation = await checkRule(sql, rule);
    if (violation) violations.push(violation);
  }
  return { checked: rules.length + (accepted ? 1 : 0), violations };
}
