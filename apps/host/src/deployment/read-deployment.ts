import { startOrder } from '@baton/engine';
import { ConfigurationError } from '@baton/observability';
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import { type Deployment, deploymentSchema } from './deployment-schema';

type Path = readonly PropertyKey[];
interface Fault {
  readonly path: Path;
  readonly message: string;
}

/**
 * The deployment in the text of a YAML file. Throws ConfigurationError that names every fault with its line and path:
 * `deployments/mine.yaml:4: agents[0].replicas: …`.
 */
export function readDeployment(text: string, file: string, families: readonly string[]): Deployment {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0)
    throw new ConfigurationError(
      document.errors.map((error) => `${file}:${lines.linePos(error.pos[0]).line}: ${firstLine(error.message)}`),
    );
  const parsed = deploymentSchema.safeParse(document.toJS());
  const faults: Fault[] = parsed.success
    ? meaningFaults(parsed.data, families)
    : parsed.error.issues.map((issue) => ({ path: issue.path, message: issue.message }));
  if (!parsed.success || faults.length > 0)
    throw new ConfigurationError(
      faults.map(({ path, message }) => `${file}:${lineOf(document, lines, path)}: ${written(path)}: ${message}`),
    );
  return parsed.data;
}

/** What a schema cannot see: names used twice, unknown names and families, circles. */
function meaningFaults({ agents }: Deployment, families: readonly string[]): Fault[] {
  const faults: Fault[] = [];
  const names = agents.map((agent) => agent.name);
  agents.forEach((agent, index) => {
    const fault = (path: Path, message: string): unknown => faults.push({ path: ['agents', index, ...path], message });
    if (names.indexOf(agent.name) !== index) fault(['name'], `"${agent.name}" is used twice; names are unique`);
    if (!families.includes(agent.family))
      fault(
        ['family'],
        `"${agent.family}" is not known here. Known: ${families.join(', ') || 'none; build the apps first'}`,
      );
    agent.dependsOn.forEach((name, at) => {
      if (!names.includes(name))
        fault(['dependsOn', at], `"${name}" is not in this file. There are: ${names.join(', ')}`);
    });
  });
  const order = startOrder(agents);
  if (!order.ok) {
    const index = names.indexOf(order.cycle[0] ?? '');
    faults.push({ path: ['agents', index, 'dependsOn'], message: `goes in a circle: ${order.cycle.join(' → ')}` });
  }
  return faults;
}

/** The line of the faulty value, or of the nearest thing around it when the value is missing. */
function lineOf(document: Document, lines: LineCounter, path: Path): number {
  for (let length = path.length; length >= 0; length--) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

function written(path: Path): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return text.replace(/^\./, '') || 'the file';
}

function firstLine(message: string): string {
  return message.split('\n')[0] ?? message;
}
