import type { Worker } from 'node:cluster';

/** What Node's cluster tells a process of a new connection, and what comes back; both are its own affair. */
interface Told {
  readonly cmd?: unknown;
  readonly act?: unknown;
  readonly seq?: unknown;
  readonly ack?: unknown;
}

/**
 * Gives the connection that was on its way to a process when it died to another one. Node itself keeps waiting for the
 * dead process to say that it has it, and the client waits with it, for ever. So the answer is given in its place:
 * not accepted, which makes Node turn to the next; or accepted, which makes it let go, where there is no other.
 * @param others whether any other process takes connections
 */
export function giveBackConnections(worker: Worker, others: () => boolean): void {
  const child = worker.process;
  const send = child.send.bind(child);
  const onTheirWay = new Set<unknown>();
  child.send = (message: Told, ...rest: unknown[]) => {
    if (message.act === 'newconn') onTheirWay.add(message.seq);
    return Reflect.apply(send, child, [message, ...rest]) === true;
  };
  child.on('internalMessage', ({ ack }: Told) => {
    onTheirWay.delete(ack);
  });
  // By then Node has heard its last message and taken it out of the round. `disconnect` does not come while a connection
  // is on its way.
  worker.once('exit', () => {
    for (const seq of [...onTheirWay]) {
      child.emit('internalMessage', { cmd: 'NODE_CLUSTER', ack: seq, accepted: !others() });
    }
  });
}
