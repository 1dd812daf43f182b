import { delimiter, resolve } from 'node:path';
import { parseEnvironment } from '@baton/observability';
import { z } from 'zod';

const folders = z.string().transform((list) =>
  list
    .split(delimiter)
    .filter((path) => path.trim() !== '')
    .map((path) => resolve(path.trim())),
);

const schema = z.object({
  BATON_DATA_DIR: z.string().default('.baton'),
  RESEARCH_ALLOWED_PATHS: folders.optional(),
  RESEARCH_MAX_CORPUS_MB: z.coerce.number().int().min(1).max(4096).default(256),
});

export interface ResearchConfig {
  /** Corpora live here, a folder each. */
  readonly corporaDir: string;
  /** Files are read inside these folders only; default: the working directory. */
  readonly allowedPaths: readonly string[];
  readonly maxCorpusCharacters: number;
}

/** The research agent's own settings. Throws ConfigurationError with every fault. */
export function researchConfig(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ResearchConfig {
  const read = parseEnvironment(schema, environment);
  return {
    corporaDir: resolve(read.BATON_DATA_DIR, 'research'),
    allowedPaths: read.RESEARCH_ALLOWED_PATHS ?? [process.cwd()],
    maxCorpusCharacters: read.RESEARCH_MAX_CORPUS_MB * 1024 * 1024,
  };
}

/** Token under which the configuration is injected. */
export const RESEARCH_CONFIG = Symbol('research configuration');
