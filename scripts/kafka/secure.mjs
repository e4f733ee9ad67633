// A second listener with TLS and SASL (PLAIN, SCRAM-SHA-512), and a certificate made for it.
import { spawnSync } from 'node:child_process';
import path from 'node:path';

/** The one user of the listener, for both mechanisms; on loopback, as long as a test. */
export const user = { username: 'onboarding', password: 'not-a-secret' };
const login = 'org.apache.kafka.common.security';

/** For `StorageTool format`: SCRAM credentials are part of the cluster's metadata. */
export const scramArguments = [
  '--add-scram',
  `SCRAM-SHA-512=[name=${user.username},password=${user.password}]`,
];

export const certificateFile = (dir) => path.join(dir, 'certificate.pem');

/** Settings of the broker beside its plain listener; writes the key and the certificate into `dir`. */
export function secureConfig(dir, port) {
  const keyStore = path.join(dir, 'key.p12');
  const store = [
    '-keystore',
    keyStore,
    '-storetype',
    'PKCS12',
    '-storepass',
    user.password,
    '-alias',
    'broker',
  ];
  keytool(['-genkeypair', ...store, '-keyalg', 'EC', '-dname', 'CN=broker', '-ext', 'SAN=ip:127.0.0.1']);
  keytool(['-exportcert', '-rfc', ...store, '-file', certificateFile(dir)]);
  return {
    listener: `SASL_SSL://127.0.0.1:${port}`,
    config: {
      // The user has every right that no rule of a test takes; whoever comes by the plain listener makes the rules.
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      'super.users': 'User:ANONYMOUS',
      'allow.everyone.if.no.acl.found': true,
      'ssl.keystore.type': 'PKCS12',
      'ssl.keystore.location': keyStore,
      'ssl.keystore.password': user.password,
      'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-512',
      'listener.name.sasl_ssl.plain.sasl.jaas.config': `${login}.plain.PlainLoginModule required user_${user.username}="${user.password}";`,
      'listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config': `${login}.scram.ScramLoginModule required;`,
    },
  };
}

function keytool(args) {
  const { status, stdout, error } = spawnSync('keytool', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`keytool failed: ${error?.message ?? stdout}`);
}
