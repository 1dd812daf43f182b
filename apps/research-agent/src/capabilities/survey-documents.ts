import { Capability, type TaskContext } from '@baton/agent-sdk';
import { type JsonSchema, objectSchema } from '@baton/contracts';
import { Injectable } from '@nestjs/common';
import { type Extraction } from '../extraction/extract';
import { corpusName } from './research-schema';

interface SurveyInput {
  readonly corpus: string;
  readonly questions: readonly string[];
  readonly documentsEach?: number;
}

interface Found {
  readonly id: string;
  readonly title: string;
  readonly score: number;
  readonly snippet: string;
  readonly text: string;
}

interface SurveyOutput {
  readonly answers: readonly { readonly question: string; readonly hits: readonly Omit<Found, 'text'>[] }[];
  readonly documents: readonly SurveyedDocument[];
}
interface SurveyedDocument {
  readonly id: string;
  readonly title: string;
  readonly keyPhrases: readonly string[];
  readonly names: readonly string[];
}

const MOST_QUESTIONS = 20;
/** With the most questions the readings are one batch still. */
const MOST_DOCUMENTS_EACH = 5;
const PHRASES = 8;
const NAMES = 20;
const named = new Set(['person', 'organization', 'location']);

const hit = objectSchema({
  id: { type: 'string' },
  title: { type: 'string' },
  score: { type: 'number' },
  snippet: { type: 'string' },
});
const strings: JsonSchema = { type: 'array', items: { type: 'string' } };

/** Coordinates others: a search for each question, then one reading of each document found. */
@Injectable()
export class SurveyDocuments extends Capability<SurveyInput, SurveyOutput> {
  readonly name = 'research.survey';
  readonly version = '1.0.0';
  readonly description =
    'Answers several questions from a corpus: spawns a research.search for each and a research.extract for each of the ' +
    'documents found (documentsEach of a question, default 3), and puts the hits, key phrases and names together.';
  readonly input: JsonSchema = objectSchema({
    corpus: corpusName,
    questions: {
      type: 'array',
      items: { type: 'string', minLength: 1, maxLength: 1000 },
      minItems: 1,
      maxItems: MOST_QUESTIONS,
    },
    'documentsEach?': { type: 'integer', minimum: 1, maximum: MOST_DOCUMENTS_EACH },
  });
  readonly output: JsonSchema = objectSchema({
    answers: {
      type: 'array',
      items: objectSchema({ question: { type: 'string' }, hits: { type: 'array', items: hit } }),
    },
    documents: {
      type: 'array',
      items: objectSchema({ id: { type: 'string' }, title: { type: 'string' }, keyPhrases: strings, names: strings }),
    },
  });

  async execute({ corpus, questions, documentsEach = 3 }: SurveyInput, task: TaskContext): Promise<SurveyOutput> {
    const searches = questions.map((query) => ({
      capability: 'research.search',
      input: { corpus, query, limit: documentsEach },
    }));
    const answers = (await task.spawn('search', searches, { failFast: true })).map(
      ({ output }) => (output as unknown as { hits: readonly Found[] }).hits,
    );
    const found = [...new Map(answers.flat().map((document) => [document.id, document])).values()];
    const readings = found.map(({ text }) => ({ capability: 'research.extract', input: { text } }));
    const read = found.length === 0 ? [] : await task.spawn('read', readings, { failFast: true });
    return {
      answers: questions.map((question, index) => ({ question, hits: (answers[index] ?? []).map(withoutText) })),
      documents: found.map((document, index) => surveyed(document, read[index]?.output as unknown as Extraction)),
    };
  }
}

function withoutText({ id, title, score, snippet }: Found): Omit<Found, 'text'> {
  return { id, title, score, snippet };
}

function surveyed({ id, title }: Found, { keyPhrases, entities }: Extraction): SurveyedDocument {
  const names = new Set(entities.filter(({ type }) => named.has(type)).map(({ text }) => text));
  return {
    id,
    title,
    keyPhrases: keyPhrases.slice(0, PHRASES).map(({ text }) => text),
    names: [...names].slice(0, NAMES),
  };
}
