/**
 * Three records each, as they lie in the log of a broker 4.3.1: key `lab/Environment/s<n>`, value
 * `{"n":<n>,"text":"onboarding onboarding …"}` (20 times, a blank after each), the headers ce_id, none (null), ce_id again,
 * and the times 1764000000000 + n.
 */
export const packedBatches: readonly (readonly [client: string, codec: string, base64: string])[] = [
  [
    'librdkafka 2.16.0',
    'gzip',
    [
      'AAAAAAAAAAAAAAC6AAAAAAKRQuQAAAEAAAACAAABmraX6AAAAAGatpfoAv//////////////////AAAAAx+LCAAAAAAAAAM7xcLAwKCSk5ik75',
      'pXllmUn5ebmleiX2zwgLlaKU/JSsFAR0GpJLWiBMhUys9Lyk8sSsnMS1cYdkylWjau5NT4zBS2XF0Djrz8vFRGCJ8rMT0xM+8UCwMTE2YwGcKC',
      'yXAEBpMh1mBiYcEMJiNYMBmNwGAywgwmAKWn5Cx1AwAA',
    ].join(''),
  ],
  [
    'librdkafka 2.16.0',
    'snappy',
    [
      'AAAAAAAAAAAAAADcAAAAAALXLdn8AAIAAAACAAABmraX6AAAAAGatpfoAv//////////////////AAAAA/UG8ELKBAAAACRsYWIvRW52aXJvbm',
      '1lbnQvczDgA3sibiI6IDAsICJ0ZXh0IjogIm9uYm9hcmRpbmcgb25ib2FyZGluZyBv/hYA/hYA/hYABRZIIn0GCmNlX2lkBm0tMAhub25lAQkQ',
      'KAphZ2FpbsoEAAICRicBADExJwAx/icB/icB/icByicBADFSJwEEBARGJwEAMjEnADL+JwH+JwH+JwHKJwEAMkYnAQ==',
    ].join(''),
  ],
  [
    'librdkafka 2.16.0',
    'lz4',
    [
      'AAAAAAAAAAAAAADHAAAAAALsiSUdAAMAAAACAAABmraX6AAAAAGatpfoAv//////////////////AAAAAwQiTRhgQIKHAAAA/yjKBAAAACRsYW',
      'IvRW52aXJvbm1lbnQvczDgA3sibiI6IDAsICJ0ZXh0IjogIm9uYm9hcmRpbmcgCwC+8gQifQYKY2VfaWQGbS0wCG5vbmUBEAC+CmFnYWluygQA',
      'AgInARQxJwEfMScB4B8xJwECLgQEJwEUMicBHzInAeAZMicBUGFnYWluAAAAAA==',
    ].join(''),
  ],
  [
    'librdkafka 2.16.0',
    'zstd',
    [
      'AAAAAAAAAAAAAAC0AAAAAAI8uBa4AAQAAAACAAABmraX6AAAAAGatpfoAv//////////////////AAAAAyi1L/0AWNUDANQFygQAAAAkbGFiL0',
      'Vudmlyb25tZW50L3Mw4AN7Im4iOiAwLCAidGV4dCI6ICJvbmJvYXJkaW5nICJ9BgpjZV9pZAZtLTAIbm9uZQEKYWdhaW7KBAACAjExMQQEMjIy',
      'CgDAEzigBwgGvAY+gQN6QDCV5eeZgz2nqbIH',
    ].join(''),
  ],
  [
    'the Java client 4.3.1',
    'gzip',
    [
      'AAAAAAAAAAAAAAC4AAAAAAISD32eAAEAAAACAAABmraX6AAAAAGatpfoAgAAAAAAAAAAAAAAAAAAAAAAAx+LCAAAAAAAAP87wsLAwKCSk5ik75',
      'pXllmUn5ebmleiX2xwi7laKU/JykBHqSS1okTJSik/Lyk/sSglMy9dYdgxlWrZuJJT4zNT2HJ1DTjy8vNSGSF8rsT0xMy8IywMTEyYYWQIDSPD',
      'ERdGhljDiIUFM4yMoGFkNOLCyAgzjADbi+x/bAMAAA==',
    ].join(''),
  ],
  [
    'the Java client 4.3.1',
    'snappy',
    [
      'AAAAAAAAAAAAAADsAAAAAAIzdHKVAAIAAAACAAABmraX6AAAAAGatpfoAgAAAAAAAAABAAAAAAAAAAAAA4JTTkFQUFkAAAAAAQAAAAEAAACn7A',
      'bwPsQEAAAAJGxhYi9FbnZpcm9ubWVudC9zMNoDeyJuIjowLCJ0ZXh0Ijoib25ib2FyZGluZyBvbmJvYXJkaW5nIP4WAP4WAP4WAAkWSCJ9Bgpj',
      'ZV9pZAZtLTAIbm9uZQEJECgKYWdhaW7EBAACAkYkAQAxLSQAMf4kAf4kAf4kAcIkAQAxUiQBBAQERiQBADItJAAy/iQB/iQB/iQBwiQBADJGJA',
      'E=',
    ].join(''),
  ],
  [
    'the Java client 4.3.1',
    'lz4',
    [
      'AAAAAAAAAAAAAADEAAAAAAJ9nI1TAAMAAAACAAABmraX6AAAAAGatpfoAgAAAAAAAAACAAAAAAAAAAAAAwQiTRhgQIKEAAAA/yXEBAAAACRsYW',
      'IvRW52aXJvbm1lbnQvczDaA3sibiI6MCwidGV4dCI6Im9uYm9hcmRpbmcgCwC+8gQifQYKY2VfaWQGbS0wCG5vbmUBEAC+CmFnYWluxAQAAgIk',
      'ARMxJAEfMSQB3h8xJAECLgQEJAETMiQBHzIkAd4ZMiQBUGFnYWluAAAAAA==',
    ].join(''),
  ],
  [
    'the Java client 4.3.1',
    'zstd',
    [
      'AAAAAAAAAAAAAAC0AAAAAAIPjBZPAAQAAAACAAABmraX6AAAAAGatpfoAgAAAAAAAAADAAAAAAAAAAAAAyi1L/0AWLwDAKQFxAQAAAAkbGFiL0',
      'Vudmlyb25tZW50L3Mw2gN7Im4iOjAsInRleHQiOiJvbmJvYXJkaW5nICJ9BgpjZV9pZAZtLTAIbm9uZQEKYWdhaW7EBAACAjExMQQEMjIyCgDA',
      'EzegBzIGvAY+cQN6kLGT5eeZgyWnqbIHAQAA',
    ].join(''),
  ],
];
