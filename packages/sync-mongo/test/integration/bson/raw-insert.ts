import { createConnection } from 'node:net';
import { BSON, type Document } from 'mongodb';
import { raw, rawDocument } from '../../unit/bson/raw-bson.js';

const OP_MSG = 2013;
const HEADER_BYTES = 16;
const FLAG_BYTES = 4;
const ANSWER_MS = 10_000;

/** Where a raw document is to be put. */
export interface RawPlace {
  readonly port: number;
  readonly host: string;
  readonly dbName: string;
  readonly collection: string;
}

/**
 * Inserts a document as the bytes given, past every driver: a message of its own on a connection of its own. Resolves with
 * null, or with why the server did not store it.
 */
export async function insertRaw(place: RawPlace, document: Uint8Array): Promise<string | null> {
  const command = rawDocument([
    ['insert', raw.string(place.collection)],
    ['documents', { type: 4, bytes: rawDocument([['0', { type: 3, bytes: document }]]) }],
    ['$db', raw.string(place.dbName)],
  ]);
  const { ok, n, errmsg, writeErrors } = await answerTo(place, command);
  if (ok === 1 && n === 1) return null;
  const [failure] = (writeErrors ?? []) as readonly Document[];
  return String(errmsg ?? failure?.['errmsg'] ?? 'the connection was closed').slice(0, 100);
}

function answerTo({ port, host }: RawPlace, command: Uint8Array): Promise<Document> {
  return new Promise((resolve) => {
    let received = Buffer.alloc(0);
    const socket = createConnection({ port, host });
    const end = (answer: Document): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(ANSWER_MS, () => end({ errmsg: 'no answer' }));
    socket.on('error', ({ message }) => end({ errmsg: message }));
    socket.on('close', () => end({}));
    socket.on('data', (bytes) => {
      received = Buffer.concat([received, bytes]);
      if (received.length < HEADER_BYTES || received.length < received.readInt32LE(0)) return;
      end(BSON.deserialize(received.subarray(HEADER_BYTES + FLAG_BYTES + 1)));
    });
    const header = Buffer.alloc(HEADER_BYTES + FLAG_BYTES + 1); // the flags and the kind of the section are zero
    header.writeInt32LE(header.length + command.length, 0);
    header.writeInt32LE(1, 4);
    header.writeInt32LE(OP_MSG, 12);
    socket.write(Buffer.concat([header, command]));
  });
}
