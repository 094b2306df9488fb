// The same with ioredis: one connection subscribes, another one publishes.
//
// Run:  node ioredis.js

import { Redis } from 'ioredis';

const url = process.env.FANFARE_URL ?? 'redis://127.0.0.1:6379';
const subscriber = new Redis(url);
const publisher = new Redis(url);

const MESSAGES = 3;
let received = 0;
const finished = new Promise((resolve) => {
  subscriber.on('message', (channel, message) => {
    console.log(`${channel}: ${message}`);
  });
  subscriber.on('pmessage', (pattern, channel, message) => {
    console.log(`${channel} (matches ${pattern}): ${message}`);
    received += 1;
    if (received === MESSAGES) resolve();
  });
});

await subscriber.subscribe('news');
await subscriber.psubscribe('alerts:*');
await publisher.publish('news', 'Hello');

const pipeline = publisher.pipeline();
for (let number = 1; number <= MESSAGES; number += 1) {
  pipeline.publish('alerts:disk', `alert ${number}`);
}
const replies = await pipeline.exec();
console.log(`receivers: ${replies.map(([, receivers]) => receivers).join(' ')}`);

await finished;
await Promise.all([subscriber.quit(), publisher.quit()]);
