// Subscribes in all three ways and prints what comes, also after the server has been away.
// Run by `test_node_clients.py`: node resubscribing.js node-redis|ioredis

const url = process.env.FANFARE_URL;
const show = (kind, channel, message) => console.log(`${kind} ${channel} ${message}`);

if (process.argv[2] === 'ioredis') {
  const { Redis } = await import('ioredis');
  const client = new Redis(url, { retryStrategy: () => 20 });
  client.on('error', () => console.log('lost'));
  client.on('message', (channel, message) => show('message', channel, message));
  client.on('pmessage', (pattern, channel, message) => show('pmessage', channel, message));
  client.on('smessage', (channel, message) => show('smessage', channel, message));
  await client.subscribe('re:a', 're:b');
  await client.psubscribe('re:*');
  await client.ssubscribe('re:s');
} else {
  const { createClient } = await import('redis');
  const client = createClient({ url, socket: { reconnectStrategy: () => 20 } });
  client.on('error', () => console.log('lost'));
  await client.connect();
  const listener = (kind) => (message, channel) => show(kind, channel, message);
  await client.subscribe(['re:a', 're:b'], listener('message'));
  await client.pSubscribe('re:*', listener('pmessage'));
  await client.sSubscribe('re:s', listener('smessage'));
}
console.log('subscribed');
