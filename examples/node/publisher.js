// Publishes messages to a channel and tells how many subscribers got each.
//
// Run:  node publisher.js news "Hello" "Hello again"

import { createClient } from 'redis';

const [channel, ...messages] = process.argv.slice(2);
if (messages.length === 0) {
  console.error('usage: publisher.js CHANNEL MESSAGE...');
  process.exit(2);
}

const client = createClient({ url: process.env.FANFARE_URL ?? 'redis://127.0.0.1:6379' });
client.on('error', (error) => console.error(error.message));
await client.connect();

for (const message of messages) {
  const receivers = await client.publish(channel, message);
  console.log(`${channel}: '${message}' reached ${receivers} subscriber(s)`);
}
await client.close();
