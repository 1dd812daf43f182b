export { outgoing } from './bus';
export type {
  BatchHandler,
  Binding,
  Bus,
  ConsumeOptions,
  Delivery,
  DeliveryHandler,
  GatherOptions,
  Outgoing,
  PublishOptions,
  PublishOutcome,
  QueueAdmin,
  QueueSpec,
  QueueState,
  RawMessage,
  RawDelivery,
  RawHandler,
  RawProperties,
  Replier,
  RequestOptions,
  Subscription,
  Target,
  Verdict,
} from './bus';
export { exchanges, queues, routes } from './topology';
export { brokerAddress, brokerVariables } from './broker-environment';
export type { BrokerAddress, BrokerVariables } from './broker-environment';
export { checkBroker } from './rabbitmq/check-broker';
export { connectBus, durableQueueTypeOf } from './rabbitmq/connect';
export type { ConnectBusOptions } from './rabbitmq/connect';
export type { TlsFiles } from './rabbitmq/tls';
export { problemOf, respond, responder } from './respond';
export type { Responder, RespondOptions } from './respond';
export { createMessenger } from './messaging/bus-messenger';
export type { MessengerOptions } from './messaging/bus-messenger';
export { createSender } from './messaging/bus-sender';
export type { ChannelDesk } from './messaging/channel-desk';
export { multicastLimits } from './messaging/destination';
export { dedupeWindow } from './messaging/handled-window';
export { onMessage, patterns } from './messaging/messenger';
export type {
  ChannelMembership,
  Heard,
  JoinOptions,
  Listening,
  MessageHandler,
  Messenger,
  Pattern,
  Received,
  Sender,
  SendOptions,
  SubscribeOptions,
} from './messaging/messenger';
export { messageFilterSchema } from './messaging/filter/message-filter';
export { asyncApiDocument } from './asyncapi/document';
export type { AsyncApiOptions } from './asyncapi/document';
export { receptionDefaults } from './messaging/reception';
export { createValidator, schemaLimits } from './validation';
export type { Validator } from './validation';
export { readDeadLetter } from './dead-letter';
export type { DeadLetter } from './dead-letter';
export { refusalCodes } from './refusal';
export type { RefusalCode } from './refusal';
export { wireLimits } from './codec';
export { findJsonFlaw } from './json-scan';
export type { JsonFlaw } from './json-scan';
export {
  BrokerUnavailableError,
  MessageInvalidError,
  RecipientFullError,
  RequestFailedError,
  RequestTimeoutError,
  TopologyConflictError,
  UnroutableError,
} from './errors';
export { ServiceUsers } from './senders/service-users';
export { MeasuredBus } from './metrics/measured-bus';
export type { BusMeter } from './metrics/bus-meter';
export { PrometheusMeter } from './metrics/prometheus-meter';
