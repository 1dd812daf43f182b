import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { drivers } from './drivers';
import { quickRow, rows } from './rows';

describe('the rows of the comparison', () => {
  test('have names of their own, and every driver has one', () => {
    expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
    expect(new Set(rows.map(({ driver }) => driver))).toEqual(new Set(Object.keys(drivers)));
  });

  test('every driver is killed once, with the settings it comes with', () => {
    const killed = rows.filter(({ afterKill }) => afterKill !== undefined);
    expect(killed.map(({ driver }) => driver).sort()).toEqual(Object.keys(drivers).sort());
    expect(killed.some(({ tuned }) => tuned)).toBe(false);
  });

  test('quick rows are small, and measure what the full ones do', () => {
    for (const row of rows) {
      const quick = quickRow(row);
      expect(quick.bulk).toBeLessThanOrEqual(1_000);
      expect(quick.singles).toBeLessThanOrEqual(200);
      expect(quick.backlog === undefined).toBe(row.backlog === undefined);
    }
  });

  test('what they run is pinned exactly, in a lock file of its own', () => {
    const read = (file: string): { dependencies: Record<string, string>; packages: Record<string, unknown> } =>
      JSON.parse(readFileSync(join(__dirname, file), 'utf8'));
    const pins = Object.entries(read('package.json').dependencies);
    for (const [, version] of pins) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    const { packages } = read('package-lock.json');
    for (const [name] of pins) expect(packages).toHaveProperty([`node_modules/${name}`]);
  });
});
