import { Parser } from '@asyncapi/parser';
import { specDoor } from '../../test/spec-door';

describe('the AsyncAPI document', () => {
  const door = specDoor();
  const read = (headers: Record<string, string> = {}) =>
    door.app.inject({ method: 'GET', url: '/api/asyncapi.json', headers });

  test('is served to everybody and valid', async () => {
    const answer = await read();
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    const { document, diagnostics } = await new Parser().parse(answer.body);
    expect(diagnostics.filter(({ severity }) => Number(severity) < 2)).toEqual([]);
    expect(document?.info().title()).toBe('Baton');
    expect(document?.channels().get('agentInboxQueue')?.address()).toBe('baton.agent.{agentId}');
  });

  test('is not sent again to who has it', async () => {
    const tag = String((await read()).headers.etag);
    for (const known of [tag, `W/${tag}`, `"other", ${tag}`]) {
      const again = await read({ 'if-none-match': known });
      expect([again.statusCode, again.body]).toEqual([304, '']);
    }
    expect((await read({ 'if-none-match': '"other"' })).statusCode).toBe(200);
  });
});
