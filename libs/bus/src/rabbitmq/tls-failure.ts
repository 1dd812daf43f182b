/** What OpenSSL and Node call it, and what to do about it. */
const known: readonly (readonly [pattern: RegExp, what: string, advice: string])[] = [
  [
    /ALTNAME_INVALID/,
    'its certificate is for another name',
    'Use the name in the certificate as host of MESSAGE_QUEUE_URL, or set MESSAGE_QUEUE_SERVER_NAME to it.',
  ],
  [
    /^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/,
    'its certificate is out of date',
    "Renew the broker's certificate, or set the clocks right.",
  ],
  [
    /SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|CERT_UNTRUSTED|CERT_SIGNATURE/,
    'its certificate comes from an authority we do not know',
    'Set MESSAGE_QUEUE_CA to the file with the certificate of the authority that signed it.',
  ],
  [
    /ALERT_(CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE)/,
    'it wants a certificate of ours, or nothing it offers suits us',
    'Set MESSAGE_QUEUE_CERT and MESSAGE_QUEUE_KEY to a certificate its authority has signed.',
  ],
  [
    /ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_(EXPIRED|UNKNOWN|REVOKED)|UNSUPPORTED_CERTIFICATE|DECRYPT_ERROR|ACCESS_DENIED)/,
    'it refused our certificate',
    'Set MESSAGE_QUEUE_CERT to a certificate that its authority has signed, for client authentication, in date.',
  ],
  [
    /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNSUPPORTED_PROTOCOL|ALERT_PROTOCOL_VERSION/,
    'it does not speak our TLS there',
    'Check that the port is the one for TLS (5671 mostly), or write amqp:// if the broker has none.',
  ],
];

/** Why a TLS dial failed, as people say it, and what to do; undefined when TLS is not the cause. Never a secret. */
export function describeTlsFailure(error: unknown): { readonly failure: string; readonly advice: string } | undefined {
  const { code = '', message = '' } = error as { code?: unknown; message?: string };
  // Newer OpenSSL keeps the alert in the text: "…:tlsv13 alert certificate required:…".
  const names = [String(code), message.replaceAll(' ', '_').toUpperCase()];
  const found = known.find(([pattern]) => names.some((name) => pattern.test(name)));
  if (!found) return undefined;
  const detail = /ALTNAME/.test(names[0] ?? '') ? '' : ` (${String(code) || 'TLS'})`;
  return { failure: `${found[1]}${detail}`, advice: found[2] };
}

/** A dial that failed for a reason we can name. */
export class ExplainedFailure extends Error {
  constructor(
    message: string,
    readonly advice: string,
    cause?: unknown,
  ) {
    super(message, { cause });
    this.name = 'ExplainedFailure';
  }
}
