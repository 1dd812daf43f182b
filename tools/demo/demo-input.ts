import { type JsonObject } from '@baton/contracts';
import { join } from 'node:path';
import { type PackageFigures } from './figures';

type Measure = 'kilobytes' | 'files' | 'depth';
const largestShown = 15;

/** The input of examples/workflows/dependency-report.yaml for the packages below `root`. */
export function demoInput(root: string, packages: readonly PackageFigures[]): JsonObject {
  const itemsOf = (key: Measure): JsonObject[] => packages.map((one) => ({ name: one.name, value: one[key] }));
  const figure = (key: Measure, title: string, unit: string, chart: JsonObject): JsonObject => ({
    title,
    unit,
    items: itemsOf(key),
    chart,
  });
  return {
    path: join(root, 'node_modules'),
    packages: packages.length,
    megabytes: Math.round(packages.reduce((sum, { kilobytes }) => sum + kilobytes, 0) / 1024),
    figures: [
      figure('kilobytes', 'Package size', 'kB', largest(packages, 'kilobytes', 'kB')),
      figure('files', 'Files in a package', 'files', largest(packages, 'files', 'files')),
      figure('depth', 'Depth of dependencies', 'steps', distribution(packages.map(({ depth }) => depth))),
    ],
  };
}

/** The packages with the largest values. */
function largest(packages: readonly PackageFigures[], key: Measure, unit: string): JsonObject {
  const top = [...packages].sort((a, b) => b[key] - a[key]).slice(0, largestShown);
  const title = `The ${top.length} packages with the most ${unit}`;
  return { title, unit, scale: 'log', labels: top.map(({ name }) => name), values: top.map((one) => one[key]) };
}

/** How many packages have each value. */
function distribution(values: readonly number[]): JsonObject {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const ordered = Array.from(counts).sort(([a], [b]) => a - b);
  return {
    title: 'Packages by their steps from the project',
    unit: 'packages',
    scale: 'linear',
    labels: ordered.map(([value]) => String(value)),
    values: ordered.map(([, count]) => count),
  };
}
