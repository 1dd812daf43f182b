/** JSONata's syntax tree, as far as looking for references needs it. */
export interface SyntaxNode {
  readonly type?: string;
  readonly value?: unknown;
  readonly steps?: readonly SyntaxNode[];
  readonly stages?: readonly unknown[];
  readonly predicate?: readonly unknown[];
  readonly group?: unknown;
}

export interface References {
  readonly steps: ReadonlySet<string>;
  /** The other names it asks the scope for: `input`, `run`, variables. Whether they exist depends on the place. */
  readonly names: ReadonlySet<string>;
  /** What the scope cannot have, said so that the author can mend it. */
  readonly faults: readonly string[];
}

interface Findings {
  readonly steps: Set<string>;
  readonly names: Set<string>;
  readonly faults: string[];
  readonly refused: Readonly<Record<string, string>>;
}

const views = new Set(['output', 'state']);

/**
 * What an expression asks the scope for. `steps` counts only where it means the scope: inside a path or filter the
 * same word is a field of the data there.
 */
export function findReferences(tree: SyntaxNode, refused: Readonly<Record<string, string>>): References {
  const found: Findings = { steps: new Set(), names: new Set(), faults: [], refused };
  visit(tree, true, found);
  return found;
}

function visit(node: unknown, atRoot: boolean, found: Findings): void {
  if (Array.isArray(node)) {
    for (const part of node) visit(part, atRoot, found);
    return;
  }
  if (node === null || typeof node !== 'object') return;
  const syntax = node as SyntaxNode;
  if (syntax.type === 'variable') checkVariable(String(syntax.value), found);
  if (syntax.type === 'path' && syntax.steps) return visitPath(syntax, syntax.steps, atRoot, found);
  visitParts(syntax, atRoot && syntax.type !== 'transform', found);
}

/** Filters and groupings look at data; everything else looks at what its parent looks at. */
function visitParts(syntax: SyntaxNode, atRoot: boolean, found: Findings): void {
  const { stages, predicate, group, ...rest } = syntax;
  for (const part of [stages, predicate, group]) visit(part, false, found);
  for (const part of Object.values(rest)) visit(part, atRoot, found);
}

function visitPath(path: SyntaxNode, steps: readonly SyntaxNode[], atRoot: boolean, found: Findings): void {
  const start = scopeStart(steps, atRoot);
  if (start !== undefined) readScope(steps, start, found);
  steps.forEach((step, index) => visitParts(step, atRoot && index === 0, found));
  for (const step of steps) if (step.type === 'variable') checkVariable(String(step.value), found);
  visit(path.group, false, found);
}

/** Where in the path the name is that the scope is asked for: `input.x`, `$.input`, `$$.input`. */
function scopeStart([first, second]: readonly SyntaxNode[], atRoot: boolean): number | undefined {
  if (isName(first)) return atRoot ? 0 : undefined;
  const isScope = isVariable(first, '$') || (atRoot && isVariable(first, ''));
  return isScope && isName(second) ? 1 : undefined;
}

function isName(node: SyntaxNode | undefined): node is SyntaxNode {
  return node?.type === 'name';
}

function isVariable(node: SyntaxNode | undefined, name: string): boolean {
  return node?.type === 'variable' && node.value === name;
}

function readScope(steps: readonly SyntaxNode[], start: number, found: Findings): void {
  const root = steps[start] as SyntaxNode;
  const name = String(root.value);
  if (name === 'steps') return readStep(root, steps.slice(start + 1), found);
  found.names.add(name);
}

function readStep(root: SyntaxNode, [step, view]: readonly SyntaxNode[], found: Findings): void {
  if (!isName(step) || root.stages) {
    found.faults.push('steps must be followed by the name of a step: steps.<id>.output');
    return;
  }
  const id = String(step.value);
  found.steps.add(id);
  if (isName(view) && !views.has(String(view.value))) {
    found.faults.push(`steps.${id} has output and state, not ${String(view.value)}`);
  }
}

function checkVariable(name: string, found: Findings): void {
  const reason = Object.hasOwn(found.refused, name) ? found.refused[name] : undefined;
  if (reason !== undefined) found.faults.push(`$${name} ${reason}`);
}
