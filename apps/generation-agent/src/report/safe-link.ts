const allowed = new Set(['http:', 'https:', 'mailto:']);

/** The address if a reader may follow it: a web or mail address, or a path without a scheme. Else undefined. */
export function safeLink(url: string): string | undefined {
  const trimmed = url.trim();
  // Browsers skip control characters when they look for the scheme: java\nscript:
  if (trimmed === '' || /[\p{Cc}\s]/u.test(trimmed)) return undefined;
  if (URL.canParse(trimmed)) return allowed.has(new URL(trimmed).protocol) ? trimmed : undefined;
  return /^[\w./@~+-]+(?:#[\w.-]*)?$/.test(trimmed) && !trimmed.startsWith('//') ? trimmed : undefined;
}
