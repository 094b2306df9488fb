// Socket.IO servers that share rooms through the server under test, with the classic adapter
// (PSUBSCRIBE, PUBLISH, PUBSUB NUMSUB) and the sharded one (SSUBSCRIBE, SPUBLISH).
// Run by `test_node_clients.py`, which gives the server's address and the protocol version.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, test } from 'node:test';

import { createAdapter, createShardedAdapter } from '@socket.io/redis-adapter';
import { createClient } from 'redis';
import { Server } from 'socket.io';
import { io } from 'socket.io-client';

const RESP = Number(process.env.PROTOCOL);
const closing = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function redisPair() {
  const publisher = createClient({ url: process.env.FANFARE_URL, RESP });
  const subscriber = publisher.duplicate();
  await Promise.all([publisher.connect(), subscriber.connect()]);
  closing.push(() => Promise.all([publisher.close(), subscriber.close()]));
  return [publisher, subscriber];
}

// A Socket.IO server and one browser connected to it.
async function startNode(adapterOf) {
  const http = createServer();
  const [publisher, subscriber] = await redisPair();
  const server = new Server(http, { adapter: adapterOf(publisher, subscriber) });
  // The adapter has sent its subscriptions, and waits for none of them. What a connection sends is
  // done in order: once this is answered, other servers reach this one and count it.
  await subscriber.ping();
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const connected = once(server, 'connection');
  const browser = io(`http://127.0.0.1:${http.address().port}`, { transports: ['websocket'] });
  await once(browser, 'connect');
  const [socket] = await connected;
  closing.push(async () => {
    browser.disconnect();
    await server.close();
  });
  return { server, browser, socket };
}

for (const [name, adapterOf] of [
  ['classic', (publisher, subscriber) => createAdapter(publisher, subscriber)],
  ['sharded', (publisher, subscriber) => createShardedAdapter(publisher, subscriber)],
]) {
  test(`${name} adapter: a message to everybody reaches browsers of both servers`, async () => {
    const nodes = await Promise.all([startNode(adapterOf), startNode(adapterOf)]);
    const heard = nodes.map(({ browser }) => once(browser, 'news'));
    nodes[0].server.emit('news', { title: 'Größe', bytes: Buffer.from([0, 255]) });
    for (const [news] of await Promise.all(heard)) {
      assert.equal(news.title, 'Größe');
      assert.deepEqual(Buffer.from(news.bytes), Buffer.from([0, 255]));
    }
  });

  test(`${name} adapter: a room spans servers, and leaving it ends delivery`, async () => {
    const nodes = await Promise.all([startNode(adapterOf), startNode(adapterOf)]);
    await Promise.all(nodes.map(({ socket }) => socket.join('room')));
    // The sharded adapter subscribes to a room when its first socket joins.
    const heard = once(nodes[1].browser, 'said');
    const repeat = setInterval(() => nodes[0].server.to('room').emit('said', 'hello'), 20);
    assert.deepEqual(await heard, ['hello']);
    clearInterval(repeat);
    nodes[1].socket.leave('room');
    const others = once(nodes[1].browser, 'end');
    nodes[1].browser.on('after', () => assert.fail('left the room'));
    nodes[1].server.in('room').emit('after', 'x');
    nodes[1].server.emit('end');
    await others;
  });

  test(`${name} adapter: servers count each other and see all sockets`, async () => {
    const nodes = await Promise.all([startNode(adapterOf), startNode(adapterOf)]);
    assert.equal((await nodes[0].server.fetchSockets()).length, 2);
    const asked = new Promise((resolve) => {
      nodes[1].server.on('question', (number, reply) => {
        reply(number + 1);
        resolve();
      });
    });
    const answers = await nodes[0].server.serverSideEmitWithAck('question', 41);
    await asked;
    assert.deepEqual(answers, [42]);
  });
}
