import { testBroker, testDatabase } from '@baton/testing';

/** A database and a corner of the broker of their own, for one spec file. */
export class Place {
  private constructor(
    readonly databaseUrl: string,
    readonly brokerUrl: string,
    readonly close: () => Promise<void>,
  ) {}

  static async open(): Promise<Place> {
    const [broker, database] = await Promise.all([testBroker(), testDatabase()]);
    return new Place(database.url, broker.url, async () => {
      await Promise.all([database.close(), broker.close()]);
    });
  }
}
