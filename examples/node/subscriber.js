// Receives messages of a channel and of a pattern of channels.
//
// Run:  node subscriber.js
// Then: node publisher.js news "Hello"
//       node publisher.js alerts:disk "80 % full"

import { createClient } from 'redis';

const client = createClient({ url: process.env.FANFARE_URL ?? 'redis://127.0.0.1:6379' });
client.on('error', (error) => console.error(error.message));
await client.connect();

await client.subscribe('news', (message) => console.log(`news: ${message}`));
await client.pSubscribe('alerts:*', (message, channel) => console.log(`${channel}: ${message}`));
console.log('listening to news and alerts:*');

process.once('SIGINT', async () => {
  await client.unsubscribe();
  await client.pUnsubscribe();
  await client.close();
  console.log('unsubscribed');
});
