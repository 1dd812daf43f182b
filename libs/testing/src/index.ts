export { eventually, type EventuallyOptions } from './eventually';
export { testBroker, type TestBroker } from './test-broker';
export { testDatabase, type TestDatabase } from './test-database';
export { testFolder } from './test-folder';
