/** Why a message is among the dead letters, for programs; people read the reason beside it. */
export const refusalCodes = [
  /** Not the format of the wire: content type, JSON, envelope. */
  'unreadable',
  /** Larger than the wire allows. */
  'too-large',
  /** Nothing there takes its type. */
  'unknown-type',
  /** Its data does not fit the schema of its type. */
  'invalid',
  /** Its recipient said no. */
  'refused',
  /** It made its handler throw, or killed its process, too often. */
  'poison',
  /** It waited longer than it was worth something. */
  'expired',
  /** Its queue was full. */
  'overflow',
  /** Nobody said. */
  'unknown',
] as const;
export type RefusalCode = (typeof refusalCodes)[number];

/** Headers a dead letter carries beside those it had. */
export const letterHeaders = {
  reason: 'baton-reason',
  code: 'baton-reason-code',
  /** The queue it was refused from. */
  origin: 'baton-origin',
  exchange: 'baton-exchange',
  key: 'baton-key',
  /** When, ISO 8601. */
  at: 'baton-at',
  /** The AMQP user who had sent it. */
  user: 'baton-user',
  /** How often it was delivered. */
  deliveries: 'baton-deliveries',
  /** How many bytes it had, when not all of them were kept. */
  bytes: 'baton-bytes',
  /** One refusal, one id: the same letter delivered twice is seen as one. */
  letter: 'baton-letter',
} as const;
