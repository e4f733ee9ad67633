// kafkajs as it comes from npm, producing what the relay has published: node kafkajs.mjs <options as JSON>.
// Prints `result <JSON>`.
import { readFileSync } from 'node:fs';
import kafkajs from 'kafkajs';

/** What it is fastest with. */
const recordsAtOnce = 500;

const { brokers, prefix, file } = JSON.parse(process.argv[2]);
const messages = JSON.parse(readFileSync(file, 'utf8'));
const client = new kafkajs.Kafka({
  clientId: 'peer',
  brokers: [brokers],
  logLevel: kafkajs.logLevel.NOTHING,
});
const producer = client.producer({
  idempotent: true,
  maxInFlightRequests: 1,
  createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
});
await producer.connect();
const [cpuBefore, startMs] = [process.cpuUsage(), performance.now()];
for (let from = 0; from < messages.length; from += recordsAtOnce) {
  const batch = messages.slice(from, from + recordsAtOnce);
  await producer.send({ topic: `${prefix}.events.v1`, acks: -1, messages: batch });
}
const tookMs = performance.now() - startMs;
const cpu = process.cpuUsage(cpuBefore);
const result = {
  perSecond: (messages.length * 1000) / tookMs,
  cpuUs: (cpu.user + cpu.system) / messages.length,
};
console.log(`result ${JSON.stringify(result)}`);
process.exit(0);
