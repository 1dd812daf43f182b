import { Lexer, parseDocument } from 'yaml';
import { findNul, isDeeperThan, MAX_DEPTH } from './json-flaws';

/** What YAML text says as JSON data, or what is wrong with it and where; an empty path is the text itself. */
export type YamlReading = { readonly value: unknown } | { readonly path: string; readonly message: string };

const tooDeep = { path: '', message: `nests deeper than ${MAX_DEPTH} levels: flatten it` };

/** Reads YAML of strangers: bounded in depth and aliases, free of NUL characters. */
export function readYaml(text: string): YamlReading {
  // The parser is recursive, and text that nests deep enough takes the whole process with it.
  if (opensDeeperThan(text, MAX_DEPTH)) return tooDeep;
  let value: unknown;
  try {
    const document = parseDocument(text, { prettyErrors: true, uniqueKeys: true });
    const [fault] = document.errors;
    if (fault) return { path: '', message: `is not YAML: ${fault.message}` };
    value = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    return { path: '', message: `is not YAML: ${(error as Error).message}` };
  }
  if (isDeeperThan(value, MAX_DEPTH)) return tooDeep;
  const path = findNul(value);
  if (path === undefined) return { value };
  return { path, message: 'holds a NUL character (\\u0000), which cannot be stored: remove it' };
}

const SCALAR_FOLLOWS = '\x1f';
const BRACKETS: Readonly<Record<string, number>> = { '[': 1, '{': 1, ']': -1, '}': -1 };
const INDICATORS = new Set(['-', '?', ':']);

/**
 * Whether brackets, or the indicators of one line (`- - - x`), open more than `limit` levels. Levels by indentation are
 * not counted: each takes a longer line than the one before, so the size of the text bounds them.
 */
function opensDeeperThan(text: string, limit: number): boolean {
  let brackets = 0;
  let indicators = 0;
  for (const token of signsOf(text)) {
    brackets += BRACKETS[token] ?? 0;
    if (token.includes('\n')) indicators = 0;
    else if (brackets === 0 && INDICATORS.has(token)) indicators++;
    if (brackets > limit || indicators > limit) return true;
  }
  return false;
}

/** The tokens of a YAML text without what plain and block texts say. */
function* signsOf(text: string): Generator<string> {
  let isText = false;
  for (const token of new Lexer().lex(text)) {
    if (!isText) yield token;
    isText = token === SCALAR_FOLLOWS;
  }
}
