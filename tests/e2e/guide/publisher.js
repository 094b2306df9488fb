// Publishes as tutorials do: text, JSON, several channels at once, then a metric until Ctrl-C.

import { createClient } from 'redis';

const client = createClient({
  socket: {
    host: 'localhost',
    port: Number(process.argv[2]),
    reconnectStrategy: (retries) => Math.min(retries * 100, 3000),
  },
});
client.on('error', (error) => console.error('error', error));
client.on('connect', () => console.log('connect'));
client.on('ready', () => console.log('ready'));
await client.connect();

async function publish(channel, message) {
  const text = typeof message === 'object' ? JSON.stringify(message) : message;
  console.log(`${channel} -> ${await client.publish(channel, text)}`);
}

await publish('notifications', 'update completed');
await publish('events:commerce', { action: 'purchase', amount: 99.99 });
await Promise.all(
  ['alerts:email', 'alerts:slack', 'alerts:pager'].map((channel) =>
    publish(channel, { severity: 'critical' }),
  ),
);
const interval = setInterval(() => publish('metrics:api', { latency: 51.5 }), 50);
process.on('SIGINT', async () => {
  clearInterval(interval);
  await client.quit();
  console.log('quit');
  process.exit(0);
});
