// A process of a branch, of the built package, for the chaos of sync-testkit. It does what it is told over standard input,
// one line of JSON each, and answers on standard output. A history may kill it, or leave it to the next one.
import { appendFileSync, openSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Mongoose } from 'mongoose';
import { createSync } from '../../../dist/index.js';
import { systemClock } from '../../../dist/system/system-clock.js';
import { randomFrom } from '../fixtures/random-from.mjs';
import { addRules, computed, planRuledWrite, ruledOptions } from './chaos-rules.mjs';
import { planWrite } from './chaos-ways.mjs';

const say = (reply) => process.stdout.write(`${JSON.stringify(reply)}\n`);

/** What takes seconds in production takes a fraction of one here. */
const impatient = {
  queue: { scanIntervalMs: 200 },
  retry: { baseMs: 50, maxMs: 500 },
  tombstones: { foreignDeleteGraceMs: 300, deadMarkAgeMs: 1_000 },
  lease: { durationMs: 1_000 },
  changeStream: { reconnectIntervalMs: 50 },
};
const atlasClient = {
  ...{ serverSelectionTimeoutMS: 800, connectTimeoutMS: 800, heartbeatFrequencyMS: 500 },
  socketTimeoutMS: 1_500,
  // The wire tells requests apart; a server that offers compression would be sent compressed ones.
  compressors: ['none'],
};

let part = null;

const orders = {
  async join(order) {
    part = await join(order);
  },
  async halt() {
    part.isWriting = false;
    await part.writing;
  },
  idle: ({ timeoutMs }) => part.sync.idle({ timeoutMs }),
  async leave() {
    const { sync, mongoose, complaints } = part;
    const { unmatchedWriteCount } = sync.status();
    await sync.stop();
    await mongoose.disconnect();
    part = null;
    if (unmatchedWriteCount !== 0) complaints.push(`${unmatchedWriteCount} writes went past capture`);
    return complaints;
  },
};

async function join(order) {
  const { localUri, atlasUri, collection, skewMs, logFile, hasRules } = order;
  const mongoose = new Mongoose();
  const sync = createSync({
    ...{ mongoose, atlas: { uri: atlasUri, client: atlasClient }, audit: true, ...impatient },
    ...(hasRules && ruledOptions),
    logger: loggerTo(`${logFile}.said`),
    ...(skewMs !== 0 && { clock: { ...systemClock, now: () => Date.now() + skewMs } }),
  });
  const fields = { _id: String, v: String, w: String, n: Number };
  const schema = new mongoose.Schema(fields, { collection });
  const ruled = hasRules ? addRules(mongoose, schema) : null;
  const Item = mongoose.model('Item', schema);
  await mongoose.connect(localUri, { monitorCommands: true, autoIndex: false, autoCreate: false });
  const log = openSync(logFile, 'a');
  const note = (entry) => writeSync(log, `${JSON.stringify({ ...entry, atMs: Date.now() })}\n`);
  mongoose.connection.getClient().on('commandStarted', ({ command }) => {
    if (command.startTransaction) note({ transactionOf: command.lsid.id.toString('hex') });
  });
  const joined = { sync, mongoose, complaints: [], isWriting: true, writing: null };
  await sync.start();
  const writers = Array.from({ length: order.writerCount }, (_, index) =>
    write({ joined, order, Item, ruled, note, index }),
  );
  joined.writing = Promise.all(writers);
  return joined;
}

async function write({ joined, order, Item, ruled, note, index }) {
  const { name, keys, seed, pauseMs, hasTransactions } = order;
  const random = randomFrom(seed + index * 7_919);
  for (let n = 1; joined.isWriting; n += 1) {
    const token = `${name}.${index}-${n}`;
    const isRuled = ruled !== null && random() < RULED_SHARE;
    const { way, logged, run } = isRuled
      ? planRuledWrite(random, ruled, token)
      : planWrite(random, { Item, keys, token, hasTransactions, beside: ruled ? computed(token) : {} });
    note({ token, way, ...logged });
    try {
      note({ token, outcome: 'acknowledged', counts: await run() });
    } catch (error) {
      note({ token, outcome: 'failed', name: error.name, code: error.code });
      if (!isExpected(error)) joined.complaints.push(`${way} ${token}: ${error.stack}`);
    }
    await systemClock.sleep(random() * pauseMs);
  }
}

/** How many of the writes are of what has rules, where there are any. */
const RULED_SHARE = 0.25;
const DUPLICATE_KEY = 11_000;
/** What an application has to reckon with where others write the same documents. */
const expectedNames = new Set(['DocumentNotFoundError', 'VersionError', 'MongooseBulkSaveIncompleteError']);

function isExpected(error) {
  return (
    error.code === DUPLICATE_KEY ||
    expectedNames.has(error.name) ||
    error.hasErrorLabel?.('TransientTransactionError') === true
  );
}

function loggerTo(file) {
  const at = (level) => (message, fields) =>
    appendFileSync(file, `${JSON.stringify({ atMs: Date.now(), level, message, ...fields })}\n`);
  const logger = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  return { ...logger, child: () => loggerTo(file) };
}

// Whoever gives the orders is gone: so is the reason to live.
const lines = createInterface(process.stdin).once('close', () => process.exit(1));
lines.on('line', async (line) => {
  const { id, order, argument } = JSON.parse(line);
  try {
    say({ to: id, value: await orders[order](argument) });
  } catch (error) {
    say({ to: id, error: error.stack });
  }
});
process.stdout.write('ready\n');
