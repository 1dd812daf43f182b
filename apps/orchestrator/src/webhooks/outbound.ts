import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { hostFlaw, safeLookup } from './private-addresses';

export interface OutboundOptions {
  /** From the connection to the status of the answer. */
  readonly timeoutMs: number;
  readonly allowPrivate: boolean;
  readonly signal: AbortSignal;
}

/** Of the answer, which nobody reads: more is not waited for, nor longer. */
const MAX_ANSWER_BYTES = 64 * 1024;
const MAX_ANSWER_MS = 1000;

/**
 * POSTs JSON and resolves with the status when the answer has ended or was cut, so that what is under way is never more
 * connections than calls. Redirects are not followed: they are a status like any other. Rejects with what went wrong in
 * words.
 */
export async function post(
  url: URL,
  headers: Record<string, string>,
  body: string,
  options: OutboundOptions,
): Promise<number> {
  const flaw = hostFlaw(url.hostname, options.allowPrivate);
  if (flaw !== undefined) throw new Error(flaw);
  const timeout = AbortSignal.timeout(options.timeoutMs);
  try {
    const signal = AbortSignal.any([timeout, options.signal]);
    return await send(url, headers, body, { ...options, signal });
  } catch (error) {
    if (timeout.aborted) throw new Error(`No answer within ${options.timeoutMs} ms`, { cause: error });
    throw error;
  }
}

function send(
  url: URL,
  headers: Record<string, string>,
  body: string,
  { signal, allowPrivate }: Pick<OutboundOptions, 'signal' | 'allowPrivate'>,
): Promise<number> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
        lookup: safeLookup(allowPrivate),
        signal,
      },
      (response) => passOver(response, () => resolve(response.statusCode ?? 0)),
    );
    // 101: nothing was asked to change, and what follows is nothing that could be read.
    sent.on('upgrade', ({ statusCode = 0 }, socket) => {
      socket.destroy();
      resolve(statusCode);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Keeps its connection for the next one when it is short and quick. */
function passOver(response: IncomingMessage, ended: () => void): void {
  const timer = setTimeout(() => response.destroy(), MAX_ANSWER_MS);
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) response.destroy();
  });
  response.on('error', () => undefined);
  response.on('close', () => {
    clearTimeout(timer);
    ended();
  });
}
