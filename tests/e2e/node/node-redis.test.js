// Publish/subscribe through node-redis. Run by `test_node_clients.py`, which gives the server's
// address and the protocol version.

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';

import { createClient, RESP_TYPES } from 'redis';

const RESP = Number(process.env.PROTOCOL);
const opened = [];

async function connect(options = {}) {
  const client = createClient({ url: process.env.FANFARE_URL, RESP, ...options });
  client.on('error', (error) => client.emit('failed', error));
  opened.push(client);
  await client.connect();
  return client;
}

afterEach(() => {
  for (const client of opened.splice(0)) if (client.isOpen) client.destroy();
});

// Collects what a listener is called with: `await inbox.take(2)`.
function inbox() {
  const received = [];
  const waiting = [];
  const settle = () => {
    while (waiting.length > 0 && received.length >= waiting[0].count) {
      const { count, resolve } = waiting.shift();
      resolve(received.splice(0, count));
    }
  };
  return {
    listener: (...call) => {
      received.push(call);
      settle();
    },
    take: (count) =>
      new Promise((resolve) => {
        waiting.push({ count, resolve });
        settle();
      }),
    received,
  };
}

test('the handshake names the client and the protocol', async () => {
  const client = await connect({ name: 'handshake' });
  const info = await client.clientInfo();
  assert.equal(info.libName, 'node-redis');
  assert.equal(info.libVer, '6.3.1');
  assert.equal(info.name, 'handshake');
  assert.equal(info.resp, RESP);
  assert.equal(await client.ping(), 'PONG');
});

test('connect, ready and end are announced in this order', async () => {
  const events = [];
  const client = createClient({ url: process.env.FANFARE_URL, RESP });
  client.on('error', (error) => events.push(error.message));
  for (const name of ['connect', 'ready', 'end']) client.on(name, () => events.push(name));
  await client.connect();
  await client.close();
  assert.deepEqual(events, ['connect', 'ready', 'end']);
});

test('a subscriber receives the messages of its channels alone', async () => {
  const publisher = await connect();
  const subscriber = publisher.duplicate();
  opened.push(subscriber);
  await subscriber.connect();
  const box = inbox();
  await subscriber.subscribe(['nr:a', 'nr:b'], box.listener);
  assert.equal(await publisher.publish('nr:a', 'one'), 1);
  assert.equal(await publisher.publish('nr:c', 'nobody'), 0);
  assert.equal(await publisher.publish('nr:b', 'two'), 1);
  assert.deepEqual(await box.take(2), [['one', 'nr:a'], ['two', 'nr:b']]);
});

test('patterns, channels and shard channels have listeners of their own', async () => {
  const publisher = await connect();
  const subscriber = await connect();
  const [channel, pattern, shard] = [inbox(), inbox(), inbox()];
  await subscriber.subscribe('mix:a', channel.listener);
  await subscriber.pSubscribe('mix:*', pattern.listener);
  await subscriber.sSubscribe('mix:a', shard.listener);
  assert.equal(await publisher.publish('mix:a', 'both'), 2);
  assert.equal(await publisher.publish('mix:b', 'pattern'), 1);
  assert.equal(await publisher.sPublish('mix:a', 'shard'), 1);
  assert.deepEqual(await channel.take(1), [['both', 'mix:a']]);
  const matched = await pattern.take(2);
  assert.deepEqual(matched.map(([message, name]) => [message, name]), [
    ['both', 'mix:a'],
    ['pattern', 'mix:b'],
  ]);
  assert.deepEqual(await shard.take(1), [['shard', 'mix:a']]);
});

test('unsubscribing stops the messages of that channel', async () => {
  const publisher = await connect();
  const subscriber = await connect();
  const box = inbox();
  await subscriber.subscribe(['stop:a', 'stop:b'], box.listener);
  await subscriber.pSubscribe('stop:*', box.listener);
  await subscriber.unsubscribe('stop:a');
  assert.equal(await publisher.publish('stop:a', 'x'), 1);
  await subscriber.pUnsubscribe();
  await subscriber.unsubscribe();
  assert.equal(await publisher.publish('stop:a', 'x'), 0);
  assert.equal(await publisher.publish('stop:b', 'x'), 0);
  // The connection is an ordinary one again.
  assert.equal(await subscriber.publish('stop:a', 'x'), 0);
});

test('two listeners on one channel share one subscription', async () => {
  const publisher = await connect();
  const subscriber = await connect();
  const [first, second] = [inbox(), inbox()];
  await subscriber.subscribe('shared', first.listener);
  await subscriber.subscribe('shared', second.listener);
  assert.equal(await publisher.publish('shared', 'x'), 1);
  await Promise.all([first.take(1), second.take(1)]);
  await subscriber.unsubscribe('shared', first.listener);
  assert.equal(await publisher.publish('shared', 'y'), 1);
  assert.deepEqual(await second.take(1), [['y', 'shared']]);
  assert.equal(first.received.length, 0);
});

test('messages and names may be bytes', async () => {
  const publisher = await connect();
  const subscriber = await connect();
  const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  const box = inbox();
  await subscriber.subscribe('bytes:\r\n\0☃', box.listener, true);
  assert.equal(await publisher.publish('bytes:\r\n\0☃', everyByte), 1);
  const [[message, channel]] = await box.take(1);
  assert.deepEqual(message, everyByte);
  assert.equal(channel.toString(), 'bytes:\r\n\0☃');
});

test('a large message arrives whole', async () => {
  const publisher = await connect();
  const subscriber = await connect();
  const box = inbox();
  await subscriber.subscribe('large', box.listener, true);
  const message = Buffer.alloc(8 * 1024 * 1024, 'fanfare\r\n');
  assert.equal(await publisher.publish('large', message), 1);
  const [[received]] = await box.take(1);
  assert.ok(received.equals(message));
});

test('publishes issued together keep their order', async () => {
  const publisher = await connect();
  const subscriber = await connect();
  const box = inbox();
  await subscriber.subscribe('order', box.listener);
  const numbers = Array.from({ length: 2000 }, (_, number) => String(number));
  const receivers = await Promise.all(numbers.map((n) => publisher.publish('order', n)));
  assert.ok(receivers.every((count) => count === 1));
  const received = await box.take(numbers.length);
  assert.deepEqual(received.map(([message]) => message), numbers);
});

test('PUBSUB tells who listens', async () => {
  const client = await connect();
  // Patterns of earlier tests go with their connections, at a time of the server's own.
  while ((await client.pubSubNumPat()) > 0);
  const subscriber = await connect();
  await subscriber.subscribe('who:a', () => {});
  await subscriber.pSubscribe('who:*', () => {});
  await subscriber.sSubscribe('who:s', () => {});
  assert.deepEqual(await client.pubSubChannels('who:*'), ['who:a']);
  assert.deepEqual({ ...(await client.pubSubNumSub(['who:a', 'who:z'])) }, {
    'who:a': 1,
    'who:z': 0,
  });
  assert.equal(await client.pubSubNumPat(), 1);
  assert.deepEqual(await client.pubSubShardChannels('who:*'), ['who:s']);
  assert.deepEqual({ ...(await client.pubSubShardNumSub(['who:s'])) }, { 'who:s': 1 });
});

if (RESP === 3) {
  test('a subscriber runs other commands too', async () => {
    const client = await connect();
    const box = inbox();
    await client.subscribe('self', box.listener);
    assert.equal(await client.publish('self', 'to me'), 1);
    assert.deepEqual(await box.take(1), [['to me', 'self']]);
    assert.equal(await client.echo('echo'), 'echo');
  });
}

test('PING works while subscribed', async () => {
  const subscriber = await connect();
  await subscriber.subscribe('ping', () => {});
  // In RESP2 the reply is the array `pong`, in RESP3 the simple string `PONG`.
  assert.equal(await subscriber.ping(), RESP === 3 ? 'PONG' : 'pong');
});

test('a killed subscriber connects and subscribes again by itself', async () => {
  const publisher = await connect();
  const subscriber = await connect({ socket: { reconnectStrategy: () => 1 } });
  const id = await subscriber.clientId();
  const box = inbox();
  await subscriber.subscribe('again', box.listener);
  await subscriber.pSubscribe('agai?', box.listener);
  const ready = new Promise((resolve) => subscriber.once('ready', resolve));
  // Subscribers of earlier tests may not be gone yet.
  const filters = [{ filter: 'TYPE', type: 'pubsub' }, { filter: 'ID', id }];
  assert.equal(await publisher.clientKill(filters), 1);
  await ready;
  assert.equal(await publisher.publish('again', 'back'), 2);
  await box.take(2);
});

test('a command that the server refuses is an error with its words', async () => {
  const client = await connect();
  await assert.rejects(client.sendCommand(['PUBLISH', 'a']), {
    message: "ERR wrong number of arguments for 'publish' command",
  });
  await assert.rejects(client.sendCommand(['NOSUCH', 'a']), {
    message: "ERR unknown command 'NOSUCH', with args beginning with: 'a' ",
  });
  assert.equal(await client.ping(), 'PONG');
});

test('replies can be read as buffers', async () => {
  const client = await connect();
  const bytes = client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
  assert.deepEqual(await bytes.echo('x'), Buffer.from('x'));
});

test('configuration and information', async () => {
  const client = await connect();
  const config = await client.configGet('maxclients');
  assert.ok(Number(config.maxclients) > 0);
  await client.configSet('timeout', '100');
  assert.equal((await client.configGet('timeout')).timeout, '100');
  await client.configSet({ timeout: '0', 'tcp-keepalive': '300' });
  assert.match(await client.info('server'), /^# Server\r\nredis_version:\d/);
  const clients = await client.clientList();
  assert.ok(clients.some((entry) => entry.libName === 'node-redis'));
});

test('MONITOR shows what others run', async () => {
  const client = await connect();
  const observer = await connect();
  const box = inbox();
  await observer.monitor(box.listener);
  await client.publish('monitored', 'x');
  const [[line]] = await box.take(1);
  assert.match(String(line), /^\d+\.\d{6} \[0 127\.0\.0\.1:\d+\] "PUBLISH" "monitored" "x"$/);
});

test('quit answers and closes', async () => {
  const client = await connect();
  const ended = new Promise((resolve) => client.once('end', resolve));
  assert.equal(await client.quit(), 'OK');
  await ended;
  assert.equal(client.isOpen, false);
});
