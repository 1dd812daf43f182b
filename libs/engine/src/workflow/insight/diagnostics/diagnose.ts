import { failingAgents } from './agent-rules';
import { slowSteps, stragglers } from './duration-rules';
import { failingSteps, retryStorms } from './failure-rules';
import { type DiagnosisFacts, type Issue, type Rule, severities } from './issue';
import { nearBudget, nearDeadline } from './limit-rules';
import { missingAgents, paused, stuck, waitingForSignals } from './run-rules';
import { waitingTasks } from './waiting-rules';

const rules: readonly Rule[] = [
  ...[stuck, waitingTasks, missingAgents, failingSteps, failingAgents, nearDeadline, nearBudget],
  ...[retryStorms, slowSteps, stragglers, paused, waitingForSignals],
];

/** What is wrong with a run, the worst first; nothing when it is well. Pure. */
export function diagnose(facts: DiagnosisFacts): Issue[] {
  const found = rules.flatMap((rule) => rule(facts));
  return severities.flatMap((severity) => found.filter((issue) => issue.severity === severity));
}
