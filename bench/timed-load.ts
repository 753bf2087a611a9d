/**
 * Scores without pause and notes when each request arrived, how long it took and which version answered. A process of
 * its own, so that what drives the service does not slow it down. It begins at once and ends when it is told to.
 *
 *   node timed-load.js '{"url": …, "bodies": file, "clients": 64, "perSecond": 5000 or null, "out": file}'
 */
import { readFile, writeFile } from 'node:fs/promises';
import { type Dispatcher, Pool } from 'undici';
import { GrowingList } from './growing-list.js';
import type { TimedLoadOrder } from './timed-loads.js';
import { KEY } from './service.js';

const order = JSON.parse(process.argv[2] ?? '') as TimedLoadOrder;
const { origin, pathname: path } = new URL(order.url);
const bodies = (await readFile(order.bodies, 'utf8')).split('\n');
const headers = { 'X-API-Key': KEY, 'Content-Type': 'application/json' };
const pool = new Pool(origin, { connections: order.clients });
/** Four numbers for each request: arrival and end in milliseconds since 1970, status, version. */
const seen = new GrowingList();
let sent = 0;
let underWay = 0;
let running = true;

class Answer implements Dispatcher.DispatchHandler {
  private status = 0;
  private text = '';

  constructor(private readonly arrived: number) {}

  onRequestStart(): void {
    // Nothing to do; undici wants to see that this is a handler of its new kind.
  }

  onResponseStart(_controller: unknown, status: number): void {
    this.status = status;
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    this.text += chunk.toString('latin1');
  }

  onResponseEnd(): void {
    this.done(this.status, Number(/"model_version":(\d+)/.exec(this.text)?.[1]));
  }

  onResponseError(): void {
    this.done(0, NaN);
  }

  private done(status: number, version: number): void {
    seen.push(this.arrived, now(), status, version);
    underWay -= 1;
    if (running && order.perSecond === null) send(now());
    if (!running && underWay === 0) void finish();
  }
}

if (order.perSecond === null) for (let client = 0; client < order.clients; client++) send(now());
else keepPace(order.perSecond, now());
process.once('message', () => {
  running = false;
  if (underWay === 0) void finish();
});
process.on('disconnect', () => process.exit(1));

function send(arrived: number): void {
  underWay += 1;
  pool.dispatch({ method: 'POST', path, headers, body: bodies[sent++ % bodies.length] ?? '' }, new Answer(arrived));
}

/** A request arrives when it is due, whatever became of those before it: a pause is seen by all that fall into it. */
function keepPace(perSecond: number, begun: number): void {
  const due = Math.floor(((now() - begun) * perSecond) / 1_000);
  while (sent < due) send(begun + (sent * 1_000) / perSecond);
  if (running) setTimeout(keepPace, 1, perSecond, begun);
}

function now(): number {
  return performance.timeOrigin + performance.now();
}

async function finish(): Promise<void> {
  await writeFile(order.out, seen.bytes());
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuSeconds: (user + system) / 1e6 }, () => process.exit(0));
}
