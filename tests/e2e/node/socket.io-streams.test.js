// Socket.IO servers that share rooms through one stream (XADD, XREAD), and give a browser that comes
// back what it missed (XRANGE, GETDEL).
// Run by `test_node_clients.py`, which gives the server's address and the protocol version.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, test } from 'node:test';

import { createAdapter } from '@socket.io/redis-streams-adapter';
import { createClient } from 'redis';
import { Server } from 'socket.io';
import { io } from 'socket.io-client';

const RESP = Number(process.env.PROTOCOL);
const closing = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

// A Socket.IO server and one browser connected to it.
async function startNode(options = {}) {
  const client = createClient({ url: process.env.FANFARE_URL, RESP });
  await client.connect();
  const http = createServer();
  const adapter = createAdapter(client, { streamName: 'sio', maxLen: 1000 });
  const server = new Server(http, { adapter, ...options });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const connected = once(server, 'connection');
  const url = `http://127.0.0.1:${http.address().port}`;
  const browser = io(url, { transports: ['websocket'], reconnection: false });
  await once(browser, 'connect');
  const [socket] = await connected;
  closing.push(async () => {
    browser.disconnect();
    await server.close();
    await client.close();
  });
  return { server, browser, socket };
}

// Says it again until it is heard: servers begin to read the stream at a time of their own.
async function heardBy(browser, event, say) {
  const heard = once(browser, event);
  const repeat = setInterval(say, 20);
  const result = await heard;
  clearInterval(repeat);
  return result;
}

test('a message to everybody reaches browsers of both servers', async () => {
  const nodes = [await startNode(), await startNode()];
  for (const [from, to] of [[0, 1], [1, 0]]) {
    const [news] = await heardBy(nodes[to].browser, `news-${from}`, () =>
      nodes[from].server.emit(`news-${from}`, { title: 'Größe', bytes: Buffer.from([0, 255]) }),
    );
    assert.equal(news.title, 'Größe');
    assert.deepEqual(Buffer.from(news.bytes), Buffer.from([0, 255]));
  }
});

test('a room spans servers, and leaving it ends delivery', async () => {
  const nodes = [await startNode(), await startNode()];
  await Promise.all(nodes.map(({ socket }) => socket.join('room')));
  const said = await heardBy(nodes[1].browser, 'said', () =>
    nodes[0].server.to('room').emit('said', 'hello'),
  );
  assert.deepEqual(said, ['hello']);
  nodes[1].socket.leave('room');
  nodes[1].browser.on('after', () => assert.fail('left the room'));
  nodes[0].server.in('room').emit('after', 'x');
  const others = once(nodes[1].browser, 'end');
  nodes[0].server.emit('end');
  await others;
});

test('a browser that comes back gets what it missed', async () => {
  const recovery = { connectionStateRecovery: { maxDisconnectionDuration: 60_000 } };
  const { server, browser, socket } = await startNode(recovery);
  await heardBy(browser, 'first', () => server.emit('first'));
  const id = browser.id;
  const missed = once(browser, 'missed');
  const back = once(browser, 'connect');
  // The server keeps who was there when it sees that the browser is gone.
  const gone = once(socket, 'disconnect');
  browser.io.engine.close();
  await gone;
  server.emit('missed', 42);
  browser.connect();
  await back;
  assert.equal(browser.recovered, true);
  assert.equal(browser.id, id);
  // The adapter adds where in the stream it was.
  assert.equal((await missed)[0], 42);
});
