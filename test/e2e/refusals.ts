/** What a client was told, as it came. */
export interface Refusal {
  readonly status: number;
  readonly type: string | null;
  readonly text: string;
  /** Empty when the answer was no JSON object. */
  readonly problem: { readonly code?: string; readonly detail?: string };
}
export interface Content {
  readonly body?: string | Buffer;
  /** A body that does not tell its length. */
  readonly pieces?: string;
  readonly type?: string;
  readonly prefer?: string;
  /** The whole Authorization header, instead of the right one. */
  readonly token?: string;
}

/** Sends what a client should not. */
export class Door {
  constructor(
    private readonly api: string,
    private readonly token: string,
  ) {}

  /** `request` is a method and a path. */
  async send(request: string, content: Content = {}): Promise<Refusal> {
    const [method = '', path = ''] = request.split(' ');
    const init: RequestInit = {
      method,
      headers: { authorization: content.token ?? `Bearer ${this.token}`, ...extra(content) },
    };
    if (content.body !== undefined) init.body = content.body;
    if (content.pieces !== undefined) Object.assign(init, { body: inPieces(content.pieces), duplex: 'half' });
    const answer = await fetch(`${this.api}${path}`, init);
    const text = await answer.text();
    return { status: answer.status, type: answer.headers.get('content-type'), text, problem: objectOf(text) };
  }
}

function extra({ body, pieces, type = 'application/json', prefer }: Content): Record<string, string> {
  return {
    ...(body === undefined && pieces === undefined ? {} : { 'content-type': type }),
    ...(prefer === undefined ? {} : { prefer }),
  };
}

function objectOf(text: string): Refusal['problem'] {
  return text.startsWith('{') ? (JSON.parse(text) as Refusal['problem']) : {};
}

function inPieces(text: string): ReadableStream<Uint8Array> {
  const bytes = Buffer.from(text);
  let at = 0;
  return new ReadableStream({
    pull(stream) {
      if (at >= bytes.length) return stream.close();
      stream.enqueue(new Uint8Array(bytes.subarray(at, (at += 65_536))));
    },
  });
}
