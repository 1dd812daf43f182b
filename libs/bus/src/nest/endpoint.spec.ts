import { type Endpoint, type HandlerExtras, planOf } from './endpoint';

function endpoint(pattern: string, isEventHandler: boolean, extras: HandlerExtras = {}): Endpoint {
  return { pattern, handler: Object.assign(() => Promise.resolve(), { isEventHandler }) as never, extras };
}

test('endpoints are sorted by where their messages come from', () => {
  const request = endpoint('sum', false);
  const [first, second, own] = [
    endpoint('a.#.z', true),
    endpoint('a.#.z', true),
    endpoint('a.#.z', true, { durable: false }),
  ];
  const direct = [endpoint('hello', true, { direct: true }), endpoint('ask', false, { direct: true })];
  const said = [endpoint('said', true, { channel: 'news' }), endpoint('said', true, { channel: 'ops' })];
  const plan = planOf([request, first, second, own, ...direct, ...said]);
  expect(plan).toEqual({
    requests: [request],
    direct,
    channels: new Map([
      ['news', [said[0]]],
      ['ops', [said[1]]],
    ]),
    events: [
      { pattern: 'a.#.z', durable: true, endpoints: [first, second] },
      { pattern: 'a.#.z', durable: false, endpoints: [own] },
    ],
  });
});

test.each<[string, readonly Endpoint[], RegExp]>([
  ['two that answer the same', [endpoint('sum', false), endpoint('sum', false)], /Two @MessagePattern.*sum/],
  [
    'two that answer the same direct message',
    [endpoint('sum', false, { direct: true }), endpoint('sum', false, { direct: true })],
    /Two @MessagePattern.*direct messages/,
  ],
  ['an event pattern that is none', [endpoint('cmd sum', true)], /no pattern of keys/],
  ['a channel that is none', [endpoint('said', true, { channel: 'a b' })], /no channel/],
  ['direct and channel', [endpoint('said', true, { channel: 'news', direct: true })], /not both/],
])('%s is refused', (_what, endpoints, message) => {
  expect(() => planOf(endpoints)).toThrow(message);
});
