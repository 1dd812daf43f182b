import { type JsonObject } from '@baton/contracts';
import { join } from 'node:path';
import { type PackageFigures } from './figures';

const kinds = [
  { key: 'kilobytes', title: 'Package size', unit: 'kB', scale: 'log' },
  { key: 'files', title: 'Files in a package', unit: 'files', scale: 'log' },
  { key: 'depth', title: 'Depth of dependencies', unit: 'steps', scale: 'linear' },
] as const;

/** The input of examples/workflows/dependency-report.yaml for the packages below `root`. */
export function demoInput(root: string, packages: readonly PackageFigures[]): JsonObject {
  return {
    path: join(root, 'node_modules'),
    packages: packages.length,
    megabytes: Math.round(packages.reduce((sum, { kilobytes }) => sum + kilobytes, 0) / 1024),
    figures: kinds.map(({ key, ...kind }) => ({
      ...kind,
      items: packages.map((one) => ({ name: one.name, value: one[key] })),
    })),
  };
}
