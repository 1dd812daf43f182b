/**
 * What a subscriber wants to hear: the filter dialects of the CloudEvents subscriptions API, and two more: `headers`
 * compares headers of the AMQP message, `jsonata` is true or false of `{id, source, type, subject, …, data, headers}`.
 */
export type MessageFilter =
  | { readonly exact: Readonly<Record<string, string>> }
  | { readonly prefix: Readonly<Record<string, string>> }
  | { readonly suffix: Readonly<Record<string, string>> }
  | { readonly all: readonly MessageFilter[] }
  | { readonly any: readonly MessageFilter[] }
  | { readonly not: MessageFilter }
  | { readonly headers: Readonly<Record<string, string>> }
  | { readonly jsonata: string };
