import { type JsonSchema } from './json';

/**
 * One kind of message: its CloudEvents type and the JSON Schema of its data. Validation, AsyncAPI and the
 * reference are made from it. `Data` exists for the compiler only.
 */
export interface MessageKind<Data> {
  readonly type: string;
  readonly summary: string;
  readonly schema: JsonSchema;
  readonly _data?: Data;
}

/** The data a kind of message carries. */
export type DataOf<Kind> = Kind extends MessageKind<infer Data> ? Data : never;

export function defineMessage<Data>(kind: { type: string; summary: string; schema: JsonSchema }): MessageKind<Data> {
  return kind;
}
