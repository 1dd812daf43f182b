import { errorCodes, type JsonObject } from '@baton/contracts';
import { anObject, answer, id, integer, list, number, oneOf, orNull, page, text, time } from './parts';

const problem: JsonObject = {
  ...answer({
    type: { type: 'string', description: '`urn:baton:error:<code>`' },
    title: text,
    status: integer,
    detail: { type: 'string', description: 'What went wrong and what to do next.' },
    code: oneOf(Object.keys(errorCodes)),
    'instance?': text,
    'retryAfterSeconds?': number,
    'errors?': list(answer({ path: text, message: text }, 'A field that does not fit.')),
  }),
  description: 'Problem details (RFC 9457).',
  examples: [
    {
      type: 'urn:baton:error:VALIDATION_FAILED',
      title: 'Bad Request',
      status: 400,
      detail: '1 field(s) do not fit: priority must be <= 9',
      code: 'VALIDATION_FAILED',
      instance: '/api/tasks',
      errors: [{ path: 'priority', message: 'must be <= 9' }],
    },
  ],
};

const closed = (properties: Record<string, JsonObject>): JsonObject => ({
  ...answer(properties),
  additionalProperties: false,
});

export const generalSchemas = {
  Problem: problem,
  PasswordBody: {
    ...closed({ username: text, password: text }),
    examples: [{ username: 'admin', password: 'secret' }],
  },
  RefreshBody: closed({ refreshToken: text }),
  TokenGrant: answer({
    accessToken: text,
    tokenType: { const: 'Bearer' },
    expiresIn: { type: 'integer', description: 'Seconds.' },
    refreshToken: { type: 'string', description: 'Serves once: refreshing gives the next.' },
  }),
  AuditEntry: answer({
    subject: text,
    subjectId: id,
    seq: integer,
    from: orNull(text),
    to: text,
    attempt: integer,
    agentId: orNull(id),
    actor: text,
    reason: orNull(text),
    details: orNull(anObject),
    at: time,
  }),
  AuditPage: page('AuditEntry'),
  Health: {
    ...answer({
      status: oneOf(['ok', 'error', 'shutting_down']),
      'info?': anObject,
      'error?': anObject,
      'details?': anObject,
    }),
    description: 'What is up and what is down, by name.',
  },
  AnySchema: { ...anObject, description: 'A JSON Schema.' },
} satisfies Record<string, JsonObject>;
