import { type JsonValue } from './json';

/** CloudEvents 1.0 in structured JSON mode, with the extensions Baton uses. */
export interface CloudEvent<Data = JsonValue> {
  readonly specversion: '1.0';
  readonly id: string;
  /** `/agents/<id>`, `/orchestrators/<id>`, `/registries/<id>`, `/hosts/<id>`. */
  readonly source: string;
  readonly type: string;
  readonly time?: string;
  readonly subject?: string;
  readonly datacontenttype?: string;
  /** Ties a reply, or all that follows from one request, together. */
  readonly correlationid?: string;
  /** W3C trace context. */
  readonly traceparent?: string;
  readonly data: Data;
}

export const cloudEventContentType = 'application/cloudevents+json';
export const cloudEventBatchContentType = 'application/cloudevents-batch+json';
