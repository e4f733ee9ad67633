import type { BrokerRecord, BrokerStatus } from '../broker.js';
import { Broker } from '../broker.js';
import type { DeadLetters } from '../command-batches.js';
import type { DeadLetter } from '../dead-letter.js';
import type { KafkaProducer } from './kafka-producer.js';
import { sendLetters } from './send-letters.js';
import type { TopicNames } from './settings.js';

/** What goes out to Kafka: events, and commands that were set aside. */
export class KafkaBroker extends Broker implements DeadLetters {
  constructor(
    private readonly producer: KafkaProducer,
    private readonly topics: TopicNames,
  ) {
    super();
  }

  status(): BrokerStatus {
    return this.producer.status();
  }

  async publish(records: readonly BrokerRecord[]): Promise<void> {
    await this.producer.send(this.topics.events, [...records]);
  }

  async send(letters: readonly DeadLetter[]): Promise<void> {
    await sendLetters(this.producer, this.topics.deadLetters, letters);
  }
}
