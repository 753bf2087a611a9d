import { createConnection } from 'node:net';

/** A Redis that accepts connections but does not answer counts as away. */
const PATIENCE_MS = 1000;

/** Whether the Redis on 127.0.0.1 accepts the password and commands; false also while it loads its data. */
export function answersPing(port: number, password: string): Promise<boolean> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.setEncoding('utf8');
    socket.setTimeout(PATIENCE_MS, () => socket.destroy());
    socket.on('connect', () => socket.write(`AUTH ${password}\r\nPING\r\nQUIT\r\n`));
    socket.on('data', (text: string) => (answer += text));
    // 'close' follows.
    socket.on('error', () => null);
    socket.on('close', () => {
      resolve(answer.includes('+PONG'));
    });
  });
}
