import { Socket } from 'node:net';

/**
 * A socket that breaks once nothing has come or gone for so long. PostgreSQL's host may vanish without a word, and then
 * TCP by itself waits a quarter of an hour. Breaking is the safe end of a statement that is not answered: a connection
 * that went back to the pool instead might still be in somebody's transaction.
 */
export function impatientSocket(milliseconds: number): Socket {
  const socket = new Socket();
  return socket.setTimeout(milliseconds, () => {
    const error = new Error(`PostgreSQL has said nothing for ${milliseconds} ms`);
    socket.destroy(Object.assign(error, { code: 'ETIMEDOUT' }));
  });
}
