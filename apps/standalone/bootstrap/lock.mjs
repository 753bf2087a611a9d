import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';
import { say } from './say.mjs';

/**
 * A socket that listens is a lock that its owner's end releases, however it ends. Linux has names for sockets outside
 * the file system (they begin with a zero byte), which leave nothing behind; elsewhere it is a file.
 */
const ABSTRACT = process.platform === 'linux';
const ID = createHash('sha256').update(`${ROOT}\0${userInfo().uid}`).digest('hex').slice(0, 24);
const NAME = ABSTRACT ? `\0fraud-scoring-${ID}` : join(tmpdir(), `fraud-scoring-${ID}.sock`);

/** One set-up at a time in a clone: runs `work` while no other process of this user does in this clone. */
export async function withSetupLock(work) {
  let release = await take();
  while (release === null) {
    await ownerGone();
    release = await take();
  }
  try {
    return await work();
  } finally {
    release();
  }
}

/** @returns how to release the lock, or null when someone else has it */
function take() {
  const waiting = new Set();
  const server = createServer((socket) => {
    waiting.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => waiting.delete(socket));
    socket.write(String(process.pid));
  });
  return new Promise((resolve, reject) => {
    server.on('error', (error) => (error.code === 'EADDRINUSE' ? resolve(null) : reject(error)));
    server.listen(NAME, () => {
      server.unref();
      resolve(() => {
        server.close();
        for (const socket of waiting) socket.destroy();
      });
    });
  });
}

/** Waits until the lock's owner releases it or ends. */
function ownerGone() {
  return new Promise((resolve) => {
    const socket = createConnection(NAME);
    socket.setEncoding('utf8');
    socket.on('data', (pid) => say(`Waiting for another set-up of this clone (process ${pid}) to finish …`));
    socket.on('error', (error) => {
      if (error.code === 'ECONNREFUSED' && !ABSTRACT) rmSync(NAME, { force: true });
    });
    socket.on('close', () => resolve());
  });
}
