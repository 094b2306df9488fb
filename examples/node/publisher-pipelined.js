// Publishes many messages with one round trip per batch instead of one per message.
//
// Run:  node publisher-pipelined.js ticks 100000

import { createClient } from 'redis';

const BATCH_MESSAGES = 500;

const [channel, count] = process.argv.slice(2);
const total = Number(count);
if (!channel || !Number.isInteger(total)) {
  console.error('usage: publisher-pipelined.js CHANNEL MESSAGES');
  process.exit(2);
}

const client = createClient({ url: process.env.FANFARE_URL ?? 'redis://127.0.0.1:6379' });
client.on('error', (error) => console.error(error.message));
await client.connect();

let deliveries = 0;
const started = performance.now();
for (let first = 0; first < total; first += BATCH_MESSAGES) {
  // Commands issued in one turn of the event loop leave the client together.
  const batch = [];
  for (let number = first; number < Math.min(first + BATCH_MESSAGES, total); number += 1) {
    batch.push(client.publish(channel, `tick ${number}`));
  }
  for (const receivers of await Promise.all(batch)) deliveries += receivers;
}
const seconds = (performance.now() - started) / 1000;
console.log(`${total} messages, ${deliveries} deliveries in ${seconds.toFixed(2)} s`);
await client.close();
