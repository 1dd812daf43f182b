/** Any value JSON can hold. Baton's inputs, outputs and documents are made of it. */
export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;
export interface JsonObject {
  [key: string]: JsonValue;
}

/** A JSON Schema (draft 2020-12 or draft-07), kept as data. */
export type JsonSchema = JsonObject | boolean;
