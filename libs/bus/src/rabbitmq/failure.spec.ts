import { adviceFor, declarationError, describeFailure, exchangeAtFault } from './failure';

const amqp = (code: number, message: string): Error => Object.assign(new Error(message), { code });

test('an error without text is told by its code, also inside an AggregateError', () => {
  const refused = Object.assign(new Error(''), { code: 'ECONNREFUSED' });
  expect(describeFailure(new AggregateError([refused, new Error('other')]))).toBe('ECONNREFUSED');
  expect(describeFailure('plain')).toBe('plain');
});

test.each([
  ['Handshake terminated by server: 403 (ACCESS-REFUSED)', /password/],
  ['530 NOT_ALLOWED - vhost x not found', /vhost exists/],
  ['getaddrinfo ENOTFOUND rabbit', /host name/],
  ['connect ECONNREFUSED 127.0.0.1:5672', /RabbitMQ runs there/],
  ['Socket closed abruptly during opening handshake', /amqps:/],
  ['read ECONNRESET', /amqps:/],
])('%s has its advice', (failure, advice) => {
  expect(adviceFor(failure)).toMatch(advice);
});

test.each([
  [404, "NOT_FOUND - no exchange 'a.b' in vhost '/'", 'a.b'],
  [403, "ACCESS_REFUSED - access to exchange 'x' in vhost '/' refused", 'x'],
  [406, "PRECONDITION_FAILED - invalid expiration 'y'", undefined],
  [404, "NOT_FOUND - no queue 'q'", undefined],
])('%d %s blames the exchange %s', (code, message, exchange) => {
  expect(exchangeAtFault(amqp(code, message))).toBe(exchange);
});

test.each([
  [406, 'TOPOLOGY_CONFLICT', /other properties.*Delete it/],
  [405, 'TOPOLOGY_CONFLICT', /another connection/],
  [404, 'UNROUTABLE', /no exchange/],
])('a declaration refused with %d is a %s', (code, expected, text) => {
  expect(declarationError('Queue q', amqp(code, 'no exchange'))).toMatchObject({ code: expected });
  expect((declarationError('Queue q', amqp(code, 'no exchange')) as Error).message).toMatch(text);
});

test.each([
  ["received 'quorum' but current is 'classic'", 'classic', 'quorum'],
  ["received the value 'quorum' of type 'longstr' but current is none", 'classic', 'quorum'],
  ["received none but current is the value 'quorum' of type 'longstr'", 'quorum', 'classic'],
])('a queue of another type: %s', (told, present, wanted) => {
  const error = amqp(406, `PRECONDITION_FAILED - inequivalent arg 'x-queue-type' for queue 'q' in vhost '/': ${told}`);
  const { message } = declarationError('Queue q', error) as Error;
  expect(message).toContain(`It is a ${present} queue, and this process wants a ${wanted} one`);
  expect(message).toContain(`DURABLE_QUEUE_TYPE=${present}`);
});

test('any other failure of a declaration stays what it is', () => {
  const error = new Error('channel closed');
  expect(declarationError('Queue q', error)).toBe(error);
});
