// Streams and groups of consumers through node-redis.
// Run by `test_node_clients.py`, which gives the server's address and the protocol version.

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';

import { createClient } from 'redis';

const RESP = Number(process.env.PROTOCOL);
const opened = [];

async function connect() {
  const client = createClient({ url: process.env.FANFARE_URL, RESP });
  opened.push(client);
  await client.connect();
  return client;
}

afterEach(() => {
  for (const client of opened.splice(0)) if (client.isOpen) client.destroy();
});

const ids = (entries) => entries.map(({ id }) => id);

test('entries are added, read and trimmed', async () => {
  const client = await connect();
  assert.equal(await client.xAdd('s', '1-1', { a: '1', b: 'Größe' }), '1-1');
  assert.equal(await client.xAdd('s', '2-*', { a: '2' }), '2-0');
  assert.equal(await client.xAddNoMkStream('none', '*', { a: '2' }), null);
  const trim = { strategy: 'MAXLEN', strategyModifier: '=', threshold: 2 };
  assert.equal(await client.xAdd('s', '3-1', { a: '3' }, { TRIM: trim }), '3-1');
  const entries = await client.xRange('s', '-', '+');
  assert.deepEqual(ids(entries), ['2-0', '3-1']);
  assert.deepEqual({ ...entries[0].message }, { a: '2' });
  assert.deepEqual(ids(await client.xRevRange('s', '+', '-', { COUNT: 1 })), ['3-1']);
  assert.equal(await client.xLen('s'), 2);
  assert.equal(await client.xTrim('s', 'MINID', 3), 1);
  assert.equal(await client.xDel('s', '3-1'), 1);
  await assert.rejects(client.xAdd('s', '1-1', { a: '1' }), /equal or smaller/);
});

test('a reader waits for what is added', async () => {
  const [client, reader] = [await connect(), await connect()];
  await client.xAdd('waited', '1-1', { a: 'before' });
  const waiting = reader.xRead({ key: 'waited', id: '1-1' }, { BLOCK: 30_000 });
  while (!/blocked_clients:1\r/.test(await client.info('clients')));
  await client.xAdd('waited', '2-1', { a: 'after' });
  const reply = await waiting;
  const [{ name, messages }] = Array.isArray(reply)
    ? reply
    : Object.entries(reply).map(([name, messages]) => ({ name, messages }));
  assert.equal(name, 'waited');
  assert.deepEqual(ids(messages), ['2-1']);
});

test('a group shares the work, and takes over what others left', async () => {
  const client = await connect();
  assert.equal(await client.xGroupCreate('jobs', 'g', '0', { MKSTREAM: true }), 'OK');
  for (const number of [1, 2, 3]) await client.xAdd('jobs', `${number}-0`, { job: `${number}` });
  await client.xReadGroup('g', 'alice', { key: 'jobs', id: '>' }, { COUNT: 2 });
  await client.xReadGroup('g', 'bob', { key: 'jobs', id: '>' });
  assert.equal(await client.xAck('jobs', 'g', '1-0'), 1);
  const pending = await client.xPending('jobs', 'g');
  assert.deepEqual([pending.pending, pending.firstId, pending.lastId], [2, '2-0', '3-0']);
  assert.deepEqual(
    pending.consumers.map(({ name, deliveriesCounter }) => [name, deliveriesCounter]),
    [['alice', 1], ['bob', 1]],
  );
  const claimed = await client.xAutoClaim('jobs', 'g', 'carol', 0, '-');
  assert.equal(claimed.nextId, '0-0');
  assert.deepEqual(ids(claimed.messages), ['2-0', '3-0']);
  const rows = await client.xPendingRange('jobs', 'g', '-', '+', 10);
  assert.deepEqual(
    rows.map(({ id, consumer, deliveriesCounter }) => [id, consumer, deliveriesCounter]),
    [['2-0', 'carol', 2], ['3-0', 'carol', 2]],
  );
  const [group] = await client.xInfoGroups('jobs');
  assert.deepEqual([group.name, group.pending, group['entries-read'], group.lag], ['g', 2, 3, 0]);
  const consumers = await client.xInfoConsumers('jobs', 'g');
  assert.deepEqual(consumers.map(({ name, pending }) => [name, pending]), [
    ['alice', 0],
    ['bob', 0],
    ['carol', 2],
  ]);
  const stream = await client.xInfoStream('jobs');
  assert.deepEqual([stream.length, stream['last-generated-id']], [3, '3-0']);
  assert.equal(await client.xGroupDelConsumer('jobs', 'g', 'carol'), 2);
  assert.equal(await client.xGroupDestroy('jobs', 'g'), 1);
});
