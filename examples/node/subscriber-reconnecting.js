// Keeps a subscription alive: finds dead connections, connects and subscribes again.
//
// Messages published while the connection is down are lost; publish/subscribe keeps no history.
//
// Run:  node subscriber-reconnecting.js news alerts

import { createClient } from 'redis';

// The longest pause between two attempts to connect.
const PAUSE_MS_MAX = 5000;
// A connection is checked with PING this often, and has as long to answer.
const SILENCE_MS_MAX = Number(process.env.SILENCE_MS_MAX ?? 10_000);

const channels = process.argv.slice(2);
if (channels.length === 0) channels.push('news');

const client = createClient({
  url: process.env.FANFARE_URL ?? 'redis://127.0.0.1:6379',
  pingInterval: SILENCE_MS_MAX,
  socket: {
    socketTimeout: 2 * SILENCE_MS_MAX,
    // Chance spreads the return of many subscribers over time.
    reconnectStrategy: (attempts) =>
      Math.min(100 * 2 ** attempts, PAUSE_MS_MAX) * (0.5 + Math.random() / 2),
  },
});
client.on('error', (error) => console.log(`connection lost: ${error.message || error.code}`));
// Subscriptions are restored before `ready`.
client.on('ready', () => console.log('connected'));
await client.connect();

await client.subscribe(channels, (message, channel) => console.log(`${channel}: ${message}`));
console.log(`subscribed to ${channels.join(', ')}`);

process.once('SIGINT', () => client.destroy());
