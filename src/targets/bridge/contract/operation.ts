/** The parts that the operations of the bridge's document are put together from. */
export type Json = Record<string, unknown>;

const json = (schema: string): Json => ({
  'application/json': { schema: { $ref: `#/components/schemas/${schema}` } },
});

const whole = { type: 'integer', minimum: 1 };
export const parameter = (name: string, where: 'path' | 'query', description: string): Json => ({
  name,
  in: where,
  required: true,
  description,
  schema: whole,
});
export const object = [
  parameter('objectType', 'path', 'CfgObjectType of the object'),
  parameter('dbid', 'path', 'DBID of the object'),
];
export const application = [parameter('applicationDbid', 'path', 'DBID of a server application')];

export const etag = {
  ETag: {
    required: true,
    description:
      'A hash of the value in this answer, in quotes; the same value, the same hash, whatever the order of entries.',
    schema: { type: 'string' },
  },
};
export const ifMatch = {
  name: 'If-Match',
  in: 'header',
  required: false,
  description:
    'ETag of the value that the caller has read. The bridge reads again right before it writes and answers 412 when the hash differs: nothing else on the platform keeps two writers apart.',
  schema: { type: 'string' },
};

const refusal = (description: string, headers?: Json): Json => ({
  description,
  ...(headers === undefined ? {} : { headers }),
  content: json('BridgeError'),
});
const refusals: Readonly<Record<number, Json>> = {
  400: refusal('The request is malformed; nothing was asked of the platform'),
  401: refusal('The token is missing or wrong'),
  403: refusal('The account of the bridge lacks the right on the platform'),
  404: refusal('There is no such object (errorType 10)'),
  409: refusal(
    'The platform refuses: uniqueness, integrity, wrong state (`scsError` for codes of SCS); nothing was changed',
  ),
  412: refusal('The value has changed since it was read; nothing was written'),
  503: refusal('The bridge has lost its server; nothing was done', {
    'Retry-After': { required: true, description: 'Seconds', schema: { type: 'integer', minimum: 1 } },
  }),
};
const refusedWith = (...codes: number[]): Json =>
  Object.fromEntries(codes.map((code) => [code, refusals[code]]));

export const read = [400, 401, 403, 404, 503];
export const write = [400, 401, 403, 404, 409, 412, 503];
const order = [400, 401, 403, 404, 409, 503];

interface Operation {
  readonly id: string;
  readonly tag: 'security' | 'control' | 'bridge';
  readonly summary: string;
  readonly message: string;
  readonly parameters?: readonly Json[];
  readonly body?: string;
  readonly answer: {
    readonly code: 200 | 202;
    readonly schema: string;
    readonly description: string;
    readonly headers?: Json;
  };
  readonly refused: readonly number[];
}

export function operation({ id, tag, summary, message, parameters, body, answer, refused }: Operation): Json {
  const { code, schema, description, headers } = answer;
  return {
    operationId: id,
    tags: [tag],
    summary,
    description: message,
    ...(parameters === undefined ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { required: true, content: json(body) } }),
    responses: {
      [code]: { description, ...(headers === undefined ? {} : { headers }), content: json(schema) },
      ...refusedWith(...refused),
    },
  };
}

export const orderOf = (id: string, summary: string, message: string, schema: string, body: string): Json =>
  operation({
    id,
    tag: 'control',
    summary,
    message,
    parameters: application,
    body,
    answer: {
      code: 202,
      schema,
      description: 'Taken; the state moves on by itself and is asked for with GET …/status',
    },
    refused: order,
  });
