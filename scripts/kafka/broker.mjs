// A real Kafka broker (KRaft, one node) on free loopback ports, with nothing but a JDK and Maven.
//
//   node scripts/kafka/broker.mjs fetch                         copy the jars out of Maven, once
//   node scripts/kafka/broker.mjs start --data DIR [--until-pid PID] [--secure]   format, start, print {"brokers","pid"}
//   node scripts/kafka/broker.mjs stop --data DIR               SIGTERM, wait; the data stays
//   node scripts/kafka/broker.mjs kill --data DIR               SIGKILL, wait; the data stays
//
// Started again with the same DIR it has the same ports and data. With --until-pid a small watcher stops it and
// removes DIR when that process is gone, however it ended. With --secure it has a second listener, see secure.mjs, and
// prints {"secure":{"brokers","certificate","user"}} too.
import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { certificateFile, scramArguments, secureConfig, user } from './secure.mjs';

const VERSION = '4.3.1';
/** Some 5 s; on a machine that is busy with other things many times that. */
const START_MS = 240_000;
/** A port that was free may be taken by the time the broker opens it. */
const FIRST_STARTS = 3;
const here = import.meta.dirname;
const cache = path.join(
  process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'),
  'solution-onboarding',
  `kafka-${VERSION}`,
);
const classPath = path.join(cache, 'lib', '*');

/** Into a folder of this process first: two runs at once must not see half of it. */
function fetchJars() {
  if (existsSync(path.join(cache, 'lib'))) return;
  const own = path.join(cache, `fetch-${process.pid}`);
  mkdirSync(own, { recursive: true });
  const args = ['-q', '-B', '-f', path.join(here, 'pom.xml'), 'dependency:copy-dependencies'];
  const maven = spawnSync('mvn', [...args, '-DincludeScope=runtime', `-DoutputDirectory=${own}/lib`], {
    stdio: ['ignore', 2, 2],
  });
  if (maven.status !== 0) throw new Error('mvn could not fetch the jars of the broker');
  try {
    renameSync(path.join(own, 'lib'), path.join(cache, 'lib'));
  } catch (error) {
    if (!existsSync(path.join(cache, 'lib'))) throw error;
  }
  rmSync(own, { recursive: true, force: true });
}

function java(args) {
  const run = spawnSync('java', ['-cp', classPath, ...args], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`java ${args.join(' ')}: ${run.stderr || run.error}`);
  return run.stdout.trim();
}

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const configFile = (dir) => path.join(dir, 'server.properties');
const pidFile = (dir) => path.join(dir, 'pid');

/** The listeners are on loopback only. One copy of everything: it is one node. */
async function configure(dir, secure) {
  const [port, controllerPort] = [await freePort(), await freePort()];
  const more = secure ? secureConfig(dir, await freePort()) : null;
  const listeners = [`PLAINTEXT://127.0.0.1:${port}`, ...(more === null ? [] : [more.listener])].join(',');
  const config = {
    ...more?.config,
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `${listeners},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': listeners,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL',
    'log.dirs': path.join(dir, 'data'),
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    // After a kill the node is let in again only when its former session is over: 9 s by default.
    'broker.session.timeout.ms': 2000,
    'broker.heartbeat.interval.ms': 500,
    'auto.create.topics.enable': false,
    'num.network.threads': 2,
    'num.io.threads': 4,
  };
  const text = Object.entries(config).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(configFile(dir), text.join(''));
  const id = java(['kafka.tools.StorageTool', 'random-uuid']);
  java([
    'kafka.tools.StorageTool',
    'format',
    '--cluster-id',
    id,
    '--config',
    configFile(dir),
    '--ignore-formatted',
    ...(secure ? scramArguments : []),
  ]);
}

const addressOf = (dir, protocol) =>
  new RegExp(`${protocol}://([^,\\n]+)`).exec(readFileSync(configFile(dir), 'utf8'))[1];

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function until(condition, what, ms) {
  const endMs = Date.now() + ms;
  while (!(await condition())) {
    if (Date.now() > endMs) throw new Error(`${what} took longer than ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function accepts(address) {
  const [host, port] = address.split(':');
  return new Promise((resolve) => {
    const socket = net.connect(Number(port), host);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** @returns its process, or null when it ended at once */
async function launch(dir) {
  const log = openSync(path.join(dir, 'broker.log'), 'a');
  const options = ['-Xms128m', '-Xmx512m', '-XX:+UseG1GC', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'];
  const broker = spawn('java', [...options, '-cp', classPath, 'kafka.Kafka', configFile(dir)], {
    detached: true,
    stdio: ['ignore', log, log],
  });
  writeFileSync(pidFile(dir), String(broker.pid));
  const brokers = addressOf(dir, 'PLAINTEXT');
  const isOver = () => broker.exitCode !== null || broker.signalCode !== null;
  await until(async () => isOver() || (await accepts(brokers)), 'the start of the broker', START_MS);
  if (isOver()) return null;
  broker.unref();
  return broker;
}

async function start(dir, untilPid, secure) {
  fetchJars();
  mkdirSync(dir, { recursive: true });
  const isNew = !existsSync(configFile(dir));
  if (isNew) await configure(dir, secure);
  let broker = await launch(dir);
  for (let starts = 1; broker === null && isNew && starts < FIRST_STARTS; starts++) {
    for (const made of ['data', 'key.p12', 'certificate.pem'])
      rmSync(path.join(dir, made), { recursive: true, force: true });
    await configure(dir, secure);
    broker = await launch(dir);
  }
  if (broker === null) throw new Error(`the broker ended at once: see ${dir}/broker.log`);
  if (untilPid !== undefined) {
    const args = [path.join(here, 'broker.mjs'), 'watch', '--data', dir, '--until-pid', untilPid];
    spawn(process.execPath, args, { detached: true, stdio: 'ignore' }).unref();
  }
  const safe = secure && {
    secure: { brokers: addressOf(dir, 'SASL_SSL'), certificate: certificateFile(dir), user },
  };
  console.log(JSON.stringify({ brokers: addressOf(dir, 'PLAINTEXT'), pid: broker.pid, ...safe }));
}

async function end(dir, signal) {
  const pid = Number(readFileSync(pidFile(dir), 'utf8'));
  if (isAlive(pid)) process.kill(pid, signal);
  await until(() => !isAlive(pid), 'the end of the broker', 30_000);
}

async function watch(dir, untilPid) {
  await until(() => !isAlive(untilPid), 'the run', 2 ** 31);
  if (existsSync(dir)) await end(dir, 'SIGTERM');
  rmSync(dir, { recursive: true, force: true });
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { data: { type: 'string' }, 'until-pid': { type: 'string' }, secure: { type: 'boolean' } },
});
const dir = values.data === undefined ? undefined : path.resolve(values.data);
const commands = {
  fetch: () => fetchJars(),
  start: () => start(dir, values['until-pid'], values.secure === true),
  stop: () => end(dir, 'SIGTERM'),
  kill: () => end(dir, 'SIGKILL'),
  watch: () => watch(dir, Number(values['until-pid'])),
};
const command = commands[positionals[0]];
if (command === undefined || (dir === undefined && positionals[0] !== 'fetch')) {
  console.error(`usage: node scripts/kafka/broker.mjs ${Object.keys(commands).join('|')} --data DIR`);
  process.exit(2);
}
await command();
