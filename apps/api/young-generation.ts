import cluster from 'node:cluster';
import { setFlagsFromString } from 'node:v8';

/**
 * What a request makes stays where it is collected soon. V8 would find that much of it lives for a while, until its commit,
 * and begin to make such objects in the old generation at once. There they outlive their request by seconds, and keep all that
 * they refer to: small collections took three times as long, and a process scored a sixth less (see decision 0035). Import it
 * first: what is compiled before is left as it is.
 */
setFlagsFromString('--no-allocation-site-pretenuring');

/**
 * One of several processes collects by itself: threads that help it take the cores that others answer on (see decision
 * 0036).
 */
if (cluster.isWorker) setFlagsFromString('--no-parallel-scavenge');
