import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type INestApplicationContext, type INestMicroservice } from '@nestjs/common';
import { type Bus } from '@baton/bus';
import { eventually } from '@baton/testing';
import { ShopController, startShop, startTill, Till } from '../../examples/nest-shop';
import { Buses } from '../../libs/bus/test/bus-fixture';
import { StandInRegistry } from '../../libs/bus/test/messaging-fixture';

/** The guide quotes the example, and the example does what the guide says. */
const root = resolve(__dirname, '../..');
const buses = new Buses();
let shop: { readonly app: INestMicroservice; readonly bus: Bus };
let till: INestApplicationContext;

beforeAll(async () => {
  const { broker, bus } = await buses.open();
  await new StandInRegistry().start(bus);
  shop = await startShop(broker.url);
  till = await startTill(broker.url);
}, 30_000);
afterAll(async () => {
  await till?.close();
  await shop?.app.close();
  await shop?.bus.close();
  await buses.closeAll();
}, 30_000);

test('the guide quotes the example as it is', () => {
  const guide = readFileSync(join(root, 'docs/guides/nest.md'), 'utf8');
  const example = readFileSync(join(root, 'examples/nest-shop.ts'), 'utf8');
  const regions = [...example.matchAll(/\/\/ #region \w+\n([\s\S]*?)\/\/ #endregion/g)].map(([, code = '']) =>
    code.trim(),
  );
  const quoted = [...guide.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) => code.trim());
  expect(regions.length).toBe(4);
  expect(quoted).toEqual(regions);
});

test('a till orders, pays and announces', async () => {
  const teller = till.get(Till);
  expect(await teller.order({ sku: 'lamp', pieces: 3 })).toEqual({ total: 15 });
  await expect(teller.order({ sku: 'unicorn', pieces: 1 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(teller.order({ sku: 'lamp', pieces: 0 })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
  expect(await teller.paid({ sku: 'lamp', pieces: 3 })).toBe('heard');
  await teller.announce({ sku: 'lamp', pieces: 3 });
  await teller.announce({ sku: 'lamp', pieces: 100 });
  const { shipped, heard } = shop.app.get(ShopController);
  await eventually(() => expect(shipped).toEqual(['3 lamp (order.lamp.paid)']));
  const greeting = 'Good morning (by /services/till)';
  await eventually(() => expect([...heard].sort()).toEqual([greeting, greeting, 'a large order of lamp']));
});
