import { isUtf8 } from 'node:buffer';
import { findJsonFlaw } from '@baton/bus';
import { ValidationError } from '@baton/contracts';
import { type FastifyInstance } from 'fastify';
import { findNul, MAX_DEPTH } from './json-flaws';
import { readYaml } from './read-yaml';
import { RequestRefusedError } from './request-errors';

/** Content types a YAML body may come as. */
export const yamlTypes = ['application/yaml', 'application/x-yaml', 'text/yaml', 'text/x-yaml'];

/** JSON and YAML; anything else is answered 415. An empty body is no body. */
export function parseBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    if (body.length === 0) return done(null, undefined);
    if (!isUtf8(body)) return done(notUtf8());
    const flaw = findJsonFlaw(body, MAX_DEPTH);
    if (flaw === 'depth') return done(tooDeep());
    void parseJson(request, body.toString('utf8'), (error, value) => {
      if (error) return done(unreadable(error));
      const path = flaw === 'nul' ? findNul(value) : undefined;
      done(path === undefined ? null : hasNul(path), value);
    });
  });
  fastify.addContentTypeParser(yamlTypes, { parseAs: 'string' }, (_request, body: string, done) => {
    try {
      done(null, parseYaml(body));
    } catch (error) {
      done(error as Error);
    }
  });
}

/** Throws a MeshError that says where it is wrong. */
function parseYaml(text: string): unknown {
  const read = readYaml(text);
  if ('value' in read) return read.value;
  if (read.path !== '') throw new ValidationError([read]);
  throw new RequestRefusedError('BODY_UNREADABLE', `The body ${read.message}`);
}

function unreadable(error: Error): RequestRefusedError {
  return new RequestRefusedError('BODY_UNREADABLE', `The body is not JSON: ${error.message}`, error);
}

function notUtf8(): RequestRefusedError {
  return new RequestRefusedError('BODY_UNREADABLE', 'The body is not UTF-8. Encode it as UTF-8 and send it again.');
}

function tooDeep(): RequestRefusedError {
  return new RequestRefusedError('BODY_UNREADABLE', `The body nests deeper than ${MAX_DEPTH} levels. Flatten it.`);
}

function hasNul(path: string): ValidationError {
  return new ValidationError([{ path, message: 'holds a NUL character (\\u0000), which cannot be stored: remove it' }]);
}
