export interface Chunk {
  readonly start: number;
  readonly text: string;
}

const boundaries = ['\n\n', '. ', '\n', ' '] as const;

/** A text in pieces of at most `longest` units, cut where a paragraph, sentence, line or word ends if one does in the last quarter. */
export function* chunksOf(text: string, longest = 2000): Generator<Chunk> {
  for (let start = 0; start < text.length;) {
    const end = text.length - start <= longest ? text.length : cutBefore(text, start, start + longest);
    yield { start, text: text.slice(start, end) };
    start = end;
  }
}

function cutBefore(text: string, start: number, limit: number): number {
  const earliest = limit - Math.floor((limit - start) / 4);
  for (const boundary of boundaries) {
    const at = text.lastIndexOf(boundary, limit - boundary.length);
    if (at >= earliest) return at + boundary.length;
  }
  const splitsPair = /[\uD800-\uDBFF]/.test(text.charAt(limit - 1));
  return splitsPair ? limit - 1 : limit;
}
