// Publish/subscribe through ioredis. Run by `test_node_clients.py`, which gives the server's
// address and the protocol version.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { afterEach, test } from 'node:test';

import { Redis } from 'ioredis';

const protocol = Number(process.env.PROTOCOL);
const opened = [];

function connect(options = {}) {
  const client = new Redis(process.env.FANFARE_URL, { protocol, ...options });
  opened.push(client);
  return client;
}

afterEach(() => {
  for (const client of opened.splice(0)) client.disconnect();
});

// The next `count` emissions of an event, as arrays of its arguments.
function emissions(emitter, event, count) {
  return new Promise((resolve) => {
    const received = [];
    const listener = (...call) => {
      received.push(call);
      if (received.length < count) return;
      emitter.off(event, listener);
      resolve(received);
    };
    emitter.on(event, listener);
  });
}

test('the ready check passes and the client is named', async () => {
  const client = connect({ connectionName: 'io' });
  await once(client, 'ready');
  const info = await client.client('INFO');
  assert.match(info, / name=io /);
  assert.match(info, / lib-name=ioredis /);
  assert.match(info, new RegExp(` resp=${protocol} `));
  assert.equal(await client.ping(), 'PONG');
});

test('subscribe, message, unsubscribe', async () => {
  const [subscriber, publisher] = [connect(), connect()];
  assert.equal(await subscriber.subscribe('io:a', 'io:b'), 2);
  const messages = emissions(subscriber, 'message', 2);
  assert.equal(await publisher.publish('io:a', 'one'), 1);
  assert.equal(await publisher.publish('io:b', 'two'), 1);
  assert.deepEqual(await messages, [['io:a', 'one'], ['io:b', 'two']]);
  assert.equal(await subscriber.unsubscribe('io:a'), 1);
  assert.equal(await publisher.publish('io:a', 'x'), 0);
  assert.equal(await subscriber.unsubscribe(), 0);
  assert.equal(await subscriber.publish('io:b', 'x'), 0);
});

test('patterns and shard channels', async () => {
  const [subscriber, publisher] = [connect(), connect()];
  assert.equal(await subscriber.psubscribe('io-p:*'), 1);
  assert.equal(await subscriber.ssubscribe('io-s'), 1);
  const matched = emissions(subscriber, 'pmessage', 1);
  const sharded = emissions(subscriber, 'smessage', 1);
  assert.equal(await publisher.publish('io-p:x', 'pattern'), 1);
  assert.equal(await publisher.spublish('io-s', 'shard'), 1);
  assert.deepEqual(await matched, [['io-p:*', 'io-p:x', 'pattern']]);
  assert.deepEqual(await sharded, [['io-s', 'shard']]);
  assert.equal(await subscriber.punsubscribe(), 0);
  assert.equal(await subscriber.sunsubscribe(), 0);
});

test('messages may be bytes', async () => {
  const [subscriber, publisher] = [connect(), connect()];
  const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  await subscriber.subscribe('io:bytes');
  const messages = emissions(subscriber, 'messageBuffer', 1);
  await publisher.publish('io:bytes', everyByte);
  assert.deepEqual(await messages, [[Buffer.from('io:bytes'), everyByte]]);
});

test('a duplicate has the same options and a connection of its own', async () => {
  const client = connect({ connectionName: 'twin' });
  const twin = client.duplicate();
  opened.push(twin);
  const ids = await Promise.all([client.client('ID'), twin.client('ID')]);
  assert.notEqual(ids[0], ids[1]);
  assert.equal(await twin.client('GETNAME'), 'twin');
});

test('a pipeline answers every command', async () => {
  const [subscriber, publisher] = [connect(), connect()];
  await subscriber.subscribe('io:pipe');
  const messages = emissions(subscriber, 'message', 100);
  const pipeline = publisher.pipeline();
  for (let number = 0; number < 100; number += 1) pipeline.publish('io:pipe', String(number));
  pipeline.call('NOSUCH');
  const replies = await pipeline.exec();
  assert.deepEqual(replies.slice(0, 100), Array(100).fill([null, 1]));
  assert.match(replies[100][0].message, /^ERR unknown command 'NOSUCH'/);
  const received = (await messages).map(([, message]) => Number(message));
  assert.deepEqual(received, Array.from({ length: 100 }, (_, number) => number));
});

test('automatic pipelining works', async () => {
  const publisher = connect({ enableAutoPipelining: true });
  const publishes = Array.from({ length: 50 }, () => publisher.publish('io:auto', 'x'));
  const receivers = await Promise.all(publishes);
  assert.deepEqual(receivers, Array(50).fill(0));
});

test('a killed subscriber subscribes again by itself', async () => {
  const publisher = connect();
  const subscriber = connect({ retryStrategy: () => 1 });
  const id = await subscriber.client('ID');
  await subscriber.subscribe('io:again');
  await subscriber.psubscribe('io:agai?');
  const ready = once(subscriber, 'ready');
  // Subscribers of earlier tests may not be gone yet.
  assert.equal(await publisher.client('KILL', 'TYPE', 'pubsub', 'ID', id), 1);
  await ready;
  // Subscriptions are sent after `ready`.
  let receivers = 0;
  while (receivers < 2) receivers = await publisher.publish('io:again', 'back');
  assert.equal(receivers, 2);
});

test('MONITOR shows what others run', async () => {
  const [client, observer] = [connect(), connect()];
  // ioredis takes no line that comes together with the reply to MONITOR: what both say first is over.
  await Promise.all([client.ping(), observer.ping()]);
  const monitor = await observer.monitor();
  opened.push(monitor);
  const seen = new Promise((resolve) => {
    monitor.on('monitor', (time, command, source, database) => {
      if (command[1] === 'monitored') resolve({ command, database });
    });
  });
  await client.publish('monitored', 'x');
  assert.deepEqual(await seen, { command: ['publish', 'monitored', 'x'], database: '0' });
});

test('PUBSUB, INFO and CONFIG', async () => {
  const [subscriber, client] = [connect(), connect()];
  await subscriber.subscribe('io:who');
  assert.deepEqual(await client.pubsub('CHANNELS', 'io:who*'), ['io:who']);
  assert.deepEqual(await client.pubsub('NUMSUB', 'io:who'), ['io:who', 1]);
  assert.match(await client.info('clients'), /connected_clients:\d+\r\n/);
  const reply = await client.config('GET', 'maxclients');
  const flat = Array.isArray(reply) ? reply : Object.entries(reply).flat();
  assert.equal(flat[0], 'maxclients');
});

test('quit answers and closes', async () => {
  const client = connect();
  await once(client, 'ready');
  const ended = once(client, 'end');
  assert.equal(await client.quit(), 'OK');
  await ended;
});
