import { Webhook } from 'standardwebhooks';
import { newSecret, signedHeaders } from './signature';

const body = JSON.stringify({ type: 'task.completed', text: 'grün' });

test('the reference library takes what we sign', () => {
  const secret = newSecret();
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/);
  expect(new Webhook(secret).verify(body, signedHeaders(secret, 'msg_1', new Date(), body))).toEqual(JSON.parse(body));
});

test('it refuses another secret, body, id or time', () => {
  const secret = newSecret();
  const headers = signedHeaders(secret, 'msg_1', new Date(), body);
  const webhook = new Webhook(secret);
  expect(() => new Webhook(newSecret()).verify(body, headers)).toThrow('signature');
  expect(() => webhook.verify(`${body} `, headers)).toThrow('signature');
  expect(() => webhook.verify(body, { ...headers, 'webhook-id': 'msg_2' })).toThrow('signature');
  const old = signedHeaders(secret, 'msg_1', new Date(Date.now() - 3_600_000), body);
  expect(() => webhook.verify(body, old)).toThrow('too old');
});
