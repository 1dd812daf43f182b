import { parseAnswer } from './http-connection';

const answer = (body: string): Buffer =>
  Buffer.from(`HTTP/1.1 201 Created\r\nContent-Length: ${Buffer.byteLength(body)}\r\nx: y\r\n\r\n${body}`);

test('an answer is taken off the front only when all of it is there', () => {
  const whole = answer('{"text":"é"}');
  for (let length = 0; length < whole.length; length++) expect(parseAnswer(whole.subarray(0, length))).toBeUndefined();
  const parsed = parseAnswer(Buffer.concat([whole, answer('next')]));
  expect(parsed?.length).toBe(whole.length);
  expect(parsed?.answer.status).toBe(201);
  expect(parsed?.answer.body.toString()).toBe('{"text":"é"}');
});

test('an answer of unknown length is an error, not a wait for ever', () => {
  expect(() => parseAnswer(Buffer.from('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'))).toThrow(
    'without content-length',
  );
});
