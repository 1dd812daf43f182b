export { TestAuthority, type Certificate, type CertificateOrder } from './certificates';
export { eventually, type EventuallyOptions } from './eventually';
export { TcpProxy } from './tcp-proxy';
export { testBroker, type BrokerPermissions, type TestBroker } from './test-broker';
export { testDatabase, type TestDatabase } from './test-database';
export { testFolder } from './test-folder';
