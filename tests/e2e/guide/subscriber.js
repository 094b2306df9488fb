// Subscribes as tutorials do: one call per channel and pattern, all undone at Ctrl-C.

import { createClient } from 'redis';

const subscriber = createClient({
  socket: {
    host: 'localhost',
    port: Number(process.argv[2]),
    reconnectStrategy: (retries) => Math.min(retries * 100, 3000),
  },
});
subscriber.on('error', (error) => console.error('error', error));
subscriber.on('ready', () => console.log('ready'));
await subscriber.connect();

const show = (message, channel) => console.log(`${channel} ${message}`);
await subscriber.subscribe('notifications', show);
await subscriber.subscribe('events:commerce', show);
await subscriber.pSubscribe('alerts:*', show);
await subscriber.pSubscribe('metrics:*', show);
console.log('listening');

process.on('SIGINT', async () => {
  await subscriber.unsubscribe();
  await subscriber.pUnsubscribe();
  await subscriber.quit();
  console.log('quit');
  process.exit(0);
});
