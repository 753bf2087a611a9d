import { loadConfig } from '@app/config';
import { Metrics } from '@app/metrics';
import { DecisionLog, type DecisionRecord, DecisionStore, ScoringMetrics } from '@app/scoring';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { startApp, type TestApp } from '../support/app.js';
import { countCommits, countDecisions, countStored } from '../support/decisions.js';
import { waitFor } from '../support/wait-for.js';

/** No JSON: PostgreSQL does not keep it. */
const REFUSED = '{"text":';

/** Milliseconds: beside a statement that takes so long, others begin. */
const LONGER_THAN_HELD = 50;

/** Counts its statements. */
class CountingStore extends DecisionStore {
  statements = 0;

  override store(...args: Parameters<DecisionStore['store']>): Promise<void> {
    this.statements += 1;
    return super.store(...args);
  }
}

describe('the decision log', () => {
  let app: TestApp;
  const open: DecisionLog[] = [];
  beforeAll(async () => {
    app = await startApp({ worker: false });
  });
  afterEach(async () => {
    for (const log of open.splice(0)) await log.onApplicationShutdown();
  });
  afterAll(() => app.stop());

  const logOf = (settings: Readonly<Record<string, string>> = {}) => {
    const environment = {
      DATABASE_URL: app.databaseUrl,
      REDIS_URL: 'redis://127.0.0.1',
      API_KEY: app.key,
      ...settings,
    };
    const config = loadConfig(environment, 'api');
    const store = new CountingStore(config);
    const log = new DecisionLog(store, new ScoringMetrics(new Metrics()), config);
    open.push(log);
    const append = (records: readonly DecisionRecord[]): Promise<void> =>
      new Promise((stored, refused) => {
        log.append({ records, stored, refused });
      });
    return { log, store, append };
  };

  const record = (change: Partial<DecisionRecord> = {}): DecisionRecord => ({
    id: uuidv7(),
    decidedAt: Date.now(),
    modelId: 1,
    versionId: 1,
    policyVersion: 1,
    transactionId: null,
    inputs: '{"amount":1}',
    probability: 0.25,
    score: 25,
    decision: 'approve',
    isFraud: false,
    reasons: [],
    warnings: [],
    decidedFor: 'test',
    ...change,
  });

  const stored = (records: readonly DecisionRecord[]): Promise<number> =>
    countStored(
      app,
      records.map(({ id }) => id),
    );
  const commits = (records: readonly DecisionRecord[]): Promise<number> =>
    countCommits(
      app,
      records.map(({ id }) => id),
    );

  /** Each as a request of its own, all at once; and how many statements that took. */
  const appendAll = async (records: readonly DecisionRecord[]) => {
    const { store, append } = logOf();
    const outcomes = await Promise.allSettled(records.map((each) => append([each])));
    return { outcomes: outcomes.map(({ status }) => status), inserts: store.statements };
  };

  it('has a decision in the table when it says so', async () => {
    const { append } = logOf();
    const inputs = { text: 'ä€𝄞 \\ "x" \n\t\u2028 {a,b}', nothing: null, small: 1e-7, list: [1, 'NULL'] };
    const one = record({
      transactionId: 'it’s "quoted", {braced}, NULL \\ \n\r\t\u001f\u2028',
      inputs: JSON.stringify(inputs),
    });
    await append([one]);
    const { rows } = await app.db.query('SELECT transaction_id, sent AS inputs FROM decisions WHERE id = $1', [one.id]);
    expect(rows).toEqual([{ transaction_id: one.transactionId, inputs }]);
  });

  it('writes what waits together in few statements', async () => {
    const { append } = logOf();
    const records = Array.from({ length: 2_000 }, () => record());
    await Promise.all(records.map((each) => append([each])));
    expect(await stored(records)).toBe(2_000);
    expect(await commits(records)).toBeLessThan(20);
  });

  it('lets a row that the database refuses fail alone', async () => {
    const { append } = logOf();
    const good = [record(), record(), record()];
    const bad = record({ inputs: REFUSED });
    const outcomes = await Promise.allSettled([...good, bad].map((each) => append([each])));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected']);
    expect(await stored([...good, bad])).toBe(3);
  });

  it('refuses all that wait together, by one statement, when no row is to blame', async () => {
    const records = [record(), record(), record()];
    await app.db.query('ALTER TABLE decisions RENAME TO elsewhere');
    try {
      const { outcomes, inserts } = await appendAll(records);
      expect(outcomes).toEqual(['rejected', 'rejected', 'rejected']);
      expect(inserts).toBe(1);
    } finally {
      await app.db.query('ALTER TABLE elsewhere RENAME TO decisions');
    }
  });

  it('tries no others once the connection is lost while it writes them one by one', async () => {
    await app.db.query(`CREATE FUNCTION hang_up() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END'`);
    await app.db.query(`CREATE TRIGGER hang_up BEFORE INSERT ON decisions FOR EACH ROW
      WHEN (NEW.transaction_id = 'lost') EXECUTE FUNCTION hang_up()`);
    const refused = record({ inputs: REFUSED });
    const records = [record(), refused, record({ transactionId: 'lost' }), record(), record()];
    const { outcomes, inserts } = await appendAll(records);
    await app.db.query('DROP FUNCTION hang_up CASCADE');
    expect(outcomes).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected', 'rejected']);
    expect(inserts).toBe(4);
    expect(await stored(records)).toBe(1);
  });

  it.each([2, 10_000])('stores all %i of a request by one commit', async (count) => {
    const { append } = logOf();
    const records = Array.from({ length: count }, () => record());
    await Promise.all([append([record()]), append(records)]);
    expect(await stored(records)).toBe(count);
    expect(await commits(records)).toBe(1);
  });

  it('stores none of a request that fails half-way, and all of those beside it', async () => {
    const { append } = logOf();
    const beside = [[record()], Array.from({ length: 700 }, () => record()), [record(), record()]];
    const bad = Array.from({ length: 1_200 }, (_, at) => record(at === 1_100 ? { inputs: REFUSED } : {}));
    const outcomes = await Promise.allSettled([...beside, bad].map((each) => append(each)));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected']);
    expect(await stored(bad)).toBe(0);
    expect(await stored(beside.flat())).toBe(703);
  });

  it('gives up whoever has waited too long for a turn, and nobody whose decision is being written', async () => {
    const { append } = logOf();
    const lock = await app.db.connect();
    await lock.query('BEGIN');
    await lock.query('LOCK TABLE decisions IN EXCLUSIVE MODE');
    const underWay = [record(), record(), record()];
    const writing = [];
    for (const each of underWay) {
      writing.push(append([each]));
      // Each by a statement of its own.
      await waitFor(async () => (await waitingStatements()) === writing.length, { what: 'a statement that waits' });
    }
    const late = record();
    await expect(append([late])).rejects.toMatchObject({ code: 'busy', retryAfterSeconds: 2 });
    await lock.query('COMMIT');
    lock.release();
    await Promise.all(writing);
    expect(await stored([...underWay, late])).toBe(3);
  });

  it('lets a few rows wait for a statement that is under way, but not for one that hangs', async () => {
    const { store, append } = logOf();
    const lock = await app.db.connect();
    await lock.query('BEGIN');
    await lock.query('LOCK TABLE decisions IN EXCLUSIVE MODE');
    const records = Array.from({ length: 4 }, () => record());
    const writing: Promise<void>[] = [];
    // Only the time that rows wait stands still.
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'clearImmediate', 'setInterval', 'clearInterval', 'nextTick'] });
    try {
      for (const each of records) {
        writing.push(append([each]));
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(store.statements).toBe(1);
      jest.advanceTimersByTime(3);
      expect(store.statements).toBe(2);
    } finally {
      jest.useRealTimers();
      await lock.query('COMMIT');
      lock.release();
    }
    await Promise.all(writing);
    expect(await commits(records.slice(1))).toBe(1);
  });

  it.each([
    ['1', 3],
    ['4', 2],
  ])('has, of %s processes, at most %d statements under way', async (processes, most) => {
    const { store, append } = logOf({ WEB_CONCURRENCY: processes });
    const lock = await app.db.connect();
    await lock.query('BEGIN');
    await lock.query('LOCK TABLE decisions IN EXCLUSIVE MODE');
    const writing: Promise<void>[] = [];
    try {
      for (let request = 0; request < 5; request++) {
        writing.push(append(Array.from({ length: 20 }, () => record())));
        await new Promise((resolve) => setImmediate(resolve));
      }
      await waitFor(() => store.statements === most);
      await new Promise((resolve) => setTimeout(resolve, LONGER_THAN_HELD));
      expect(store.statements).toBe(most);
    } finally {
      await lock.query('COMMIT');
      lock.release();
    }
    await Promise.all(writing);
  });

  const waitingStatements = async (): Promise<number> => {
    const { rows } = await app.db.query(`SELECT count(*)::int AS n FROM pg_locks WHERE NOT granted
      AND relation = 'decisions'::regclass`);
    return rows[0].n;
  };

  describe('that is asynchronous', () => {
    it('writes a decision also where its answer fails, without waiting for the next one', async () => {
      const { log } = logOf({ DECISION_LOG: 'async' });
      const records = [record()];
      const stored = (): void => {
        throw new Error('the answer fails');
      };
      log.append({ records, stored, refused: () => undefined });
      await waitFor(async () => (await countStored(app, [records[0]?.id ?? ''])) === 1, { what: 'the decision' });
    });

    it('answers before it writes, and has written all when it ends', async () => {
      const { log, append } = logOf({ DECISION_LOG: 'async' });
      const lock = await app.db.connect();
      await lock.query('BEGIN');
      await lock.query('LOCK TABLE decisions IN EXCLUSIVE MODE');
      const records = Array.from({ length: 1_500 }, () => record());
      await Promise.all(records.map((each) => append([each])));
      const ended = log.onApplicationShutdown();
      open.pop();
      await lock.query('COMMIT');
      lock.release();
      await ended;
      expect(await stored(records)).toBe(1_500);
    });

    it('keeps what it has promised while the connections break, and stores it once', async () => {
      const { append } = logOf({ DECISION_LOG: 'async' });
      const records = Array.from({ length: 200 }, () => record());
      const lock = await app.db.connect();
      await lock.query('BEGIN');
      await lock.query('LOCK TABLE decisions IN EXCLUSIVE MODE');
      await Promise.all(records.map((each) => append([each])));
      await waitFor(async () => (await waitingStatements()) > 0, { what: 'a statement that waits' });
      await app.db.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE application_name = 'fraud-scoring decisions' AND datname = current_database()`);
      await lock.query('COMMIT');
      lock.release();
      await waitFor(async () => (await stored(records)) === 200, { what: 'all to be stored' });
    });
  });

  it('has nothing to store of an empty request', async () => {
    const before = await countDecisions(app);
    await logOf().append([]);
    expect(await countDecisions(app)).toBe(before);
  });

  it('looks a decision up in one partition', async () => {
    const { rows } = await app.db.query(`EXPLAIN SELECT * FROM decisions WHERE id = '${uuidv7()}'`);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan.match(/decisions_(\d{4}_\d{2}_\d{2}|default)_pkey/g)).toHaveLength(1);
  });
});

describe('the partitions of the decision log', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ worker: false });
  });
  afterAll(() => app.stop());

  const partitions = async (): Promise<number> => {
    const { rows } = await app.db.query(
      "SELECT count(*)::int AS n FROM pg_inherits WHERE inhparent = 'decisions'::regclass",
    );
    return rows[0].n;
  };

  it('take over what the default one holds of their week', async () => {
    const before = await partitions();
    const id = `uuid_from_time(now() + interval '10 weeks')`;
    await app.db.query(`INSERT INTO decisions (id, decided_at, model_id, version_id, sent, probability, score, decision,
      is_fraud, reasons, warnings, decided_for) VALUES (${id}, now(), 1, 1, '{}', 0, 0, 'approve', false, '[]', '[]', 'x')`);
    expect((await app.db.query('SELECT count(*)::int AS n FROM decisions_default')).rows).toEqual([{ n: 1 }]);
    await app.db.query('SELECT create_decision_partitions(11)');
    expect(await partitions()).toBe(before + 3);
    expect((await app.db.query('SELECT count(*)::int AS n FROM decisions_default')).rows).toEqual([{ n: 0 }]);
    expect((await app.db.query('SELECT count(*)::int AS n FROM decisions')).rows).toEqual([{ n: 1 }]);
  });

  it('are left for later while someone reads on, and scoring does not wait', async () => {
    const reader = await app.db.connect();
    await reader.query('BEGIN');
    await reader.query('SELECT count(*) FROM decisions');
    const before = await partitions();
    await app.db.query('SELECT create_decision_partitions(13)');
    expect(await partitions()).toBe(before);
    await reader.query('COMMIT');
    reader.release();
    await app.db.query('SELECT create_decision_partitions(13)');
    expect(await partitions()).toBe(before + 2);
  });
});
