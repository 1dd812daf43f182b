import { type JsonObject, ValidationError } from '@baton/contracts';
import { deliveryStates } from '@baton/persistence';
import { z } from 'zod';
import { isPattern, patternCharacters } from '../../events/event-filter';
import { hostFlaw } from '../../webhooks/private-addresses';
import { bodyCheck } from '../http/check-body';
import { pageQuery } from '../http/query';

export const deliveriesQuery = z.strictObject({ ...pageQuery, state: z.enum(deliveryStates).optional() });

export interface WebhookCreate {
  readonly url: string;
  readonly events?: readonly string[];
  readonly workflowId?: string;
}

export const webhookCreateSchema: JsonObject = {
  type: 'object',
  additionalProperties: false,
  required: ['url'],
  properties: {
    url: { type: 'string', maxLength: 2000, description: 'http or https, without a user and password.' },
    events: {
      type: 'array',
      minItems: 1,
      maxItems: 50,
      items: { type: 'string', maxLength: 200, pattern: patternCharacters },
      description: 'Types of events, or patterns: * is one word, # at the end any number. Default: ["#"], everything.',
    },
    workflowId: { type: 'string', format: 'uuid', description: 'Only what belongs to this workflow.' },
  },
  examples: [{ url: 'https://example.com/hooks/baton', events: ['workflow.completed', 'workflow.failed'] }],
};

const NO_PATTERN = 'is no type of events, or pattern like workflow.*, workflow.step.failed, #';
const check = bodyCheck<WebhookCreate>(webhookCreateSchema);

/** Throws ValidationError. */
export function readWebhook(
  body: unknown,
  allowPrivate: boolean,
): Required<Omit<WebhookCreate, 'workflowId'>> & {
  readonly workflowId: string | null;
} {
  const { url, events = ['#'], workflowId = null } = check(body);
  const flaw = urlFlaw(url, allowPrivate);
  const bad = events.flatMap((type, index) =>
    isPattern(type) ? [] : [{ path: `events[${index}]`, message: NO_PATTERN }],
  );
  const faults = flaw === undefined ? bad : [{ path: 'url', message: flaw }, ...bad];
  if (faults.length > 0) throw new ValidationError(faults);
  return { url, events, workflowId };
}

function urlFlaw(url: string, allowPrivate: boolean): string | undefined {
  if (!URL.canParse(url)) return 'is not a URL like https://example.com/hooks/baton';
  const { protocol, username, password, hostname } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') return 'must begin with http:// or https://';
  if (username !== '' || password !== '') return 'must not hold a user or password: what is sent is signed';
  const flaw = hostFlaw(hostname, allowPrivate);
  return flaw && `cannot be told: ${flaw}`;
}
