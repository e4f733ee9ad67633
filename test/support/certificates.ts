import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

/** A private authority and a certificate of it for `localhost` and 127.0.0.1, valid for a day: Node reads such, but makes none. */
export interface Certificates {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

export function makeCertificates(name = 'A site of its own'): Certificates {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const isAuthority = extension('551d13', sequence(der(0x01, Buffer.from([0xff]))), true);
  const names = extension(
    '551d11',
    sequence(der(0x82, Buffer.from('localhost')), der(0x87, Buffer.from([127, 0, 0, 1]))),
  );
  return {
    ca: certificate({
      subject: name,
      issuer: name,
      of: authority.publicKey,
      by: authority.privateKey,
      serial: 1,
      extensions: isAuthority,
    }),
    cert: certificate({
      subject: 'localhost',
      issuer: name,
      of: server.publicKey,
      by: authority.privateKey,
      serial: 2,
      extensions: names,
    }),
    key: server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

interface Content {
  readonly subject: string;
  readonly issuer: string;
  readonly of: KeyObject;
  readonly by: KeyObject;
  readonly serial: number;
  readonly extensions: Buffer;
}

/** RFC 5280, 4.1; times are of the moment, an hour back and a day on. */
function certificate({ subject, issuer, of, by, serial, extensions }: Content): string {
  const ecdsaWithSha256 = sequence(der(0x06, Buffer.from('2a8648ce3d040302', 'hex')));
  const signed = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([serial])),
    ecdsaWithSha256,
    distinguishedName(issuer),
    sequence(time(Date.now() - 3_600_000), time(Date.now() + 86_400_000)),
    distinguishedName(subject),
    of.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(extensions)),
  );
  const signature = der(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', signed, by)]));
  const lines =
    sequence(signed, ecdsaWithSha256, signature)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

function der(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const length =
    body.length < 128
      ? [body.length]
      : body.length < 256
        ? [0x81, body.length]
        : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

const sequence = (...content: readonly Buffer[]): Buffer => der(0x30, ...content);

const distinguishedName = (commonName: string): Buffer =>
  sequence(der(0x31, sequence(der(0x06, Buffer.from('550403', 'hex')), der(0x0c, Buffer.from(commonName)))));

const extension = (id: string, value: Buffer, critical = false): Buffer =>
  sequence(
    der(0x06, Buffer.from(id, 'hex')),
    ...(critical ? [der(0x01, Buffer.from([0xff]))] : []),
    der(0x04, value),
  );

/** UTCTime: YYMMDDHHMMSSZ. */
const time = (ms: number): Buffer =>
  der(0x17, Buffer.from(`${new Date(ms).toISOString().replaceAll(/\D/g, '').slice(2, 14)}Z`));
