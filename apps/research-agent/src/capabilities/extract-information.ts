import { Capability, type TaskContext } from '@baton/agent-sdk';
import { type JsonSchema, objectSchema } from '@baton/contracts';
import { Injectable } from '@nestjs/common';
import { entityTypes } from '../extraction/entity';
import { extractFrom, type Extraction } from '../extraction/extract';

interface ExtractInput {
  readonly text: string;
}

/** Names, dates, sums, numbers and links of a text, and the phrases it is about. */
@Injectable()
export class ExtractInformation extends Capability<ExtractInput, Extraction> {
  readonly name = 'research.extract';
  readonly version = '1.0.0';
  readonly description =
    'Finds people, organizations, places, dates, money, numbers, URLs and mail addresses in English text, with offsets in ' +
    'UTF-16 units, and its key phrases. At most 5000 entities; truncated tells when there are more.';
  readonly input: JsonSchema = objectSchema({ text: { type: 'string', maxLength: 1_048_576 } });
  readonly output: JsonSchema = objectSchema({
    entities: {
      type: 'array',
      items: objectSchema({
        type: { type: 'string', enum: [...entityTypes] },
        text: { type: 'string', minLength: 1 },
        start: { type: 'integer', minimum: 0 },
        end: { type: 'integer', minimum: 1 },
        confidence: { type: 'number', minimum: 0, maximum: 1 },
      }),
    },
    keyPhrases: {
      type: 'array',
      items: objectSchema({ text: { type: 'string' }, score: { type: 'number', minimum: 0, maximum: 1 } }),
    },
    truncated: { type: 'boolean' },
  });

  execute({ text }: ExtractInput, task: TaskContext): Promise<Extraction> {
    return extractFrom(text, task.signal, (share) => task.progress(share * 100));
  }
}
