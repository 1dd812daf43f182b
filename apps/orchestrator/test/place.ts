import { testBroker, type TestBroker, testDatabase } from '@baton/testing';

/** Where both are reached, perhaps through something that can fail. */
export interface Ways {
  readonly databaseUrl: string;
  readonly brokerUrl: string;
}

/** A database and a corner of the broker of their own, for one spec file. */
export class Place implements Ways {
  private constructor(
    readonly databaseUrl: string,
    readonly brokerUrl: string,
    readonly addUser: TestBroker['addUser'],
    readonly close: () => Promise<void>,
  ) {}

  static async open(): Promise<Place> {
    const [broker, database] = await Promise.all([testBroker(), testDatabase()]);
    return new Place(database.url, broker.url, broker.addUser, async () => {
      await Promise.all([database.close(), broker.close()]);
    });
  }
}
