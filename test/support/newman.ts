import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const NEWMAN = createRequire(import.meta.url).resolve('newman/bin/newman.js');

/** What came of a run of a collection. */
export interface Run {
  /** The requests that were sent, in order. */
  readonly sent: readonly string[];
  /** `request: test: what was wrong`. */
  readonly failures: readonly string[];
  /** `request: test`, where a test was skipped. */
  readonly skipped: readonly string[];
  /** How many assertions were made. */
  readonly assertions: number;
}

/** The part of newman's JSON report that is read here. */
interface Report {
  readonly run: {
    readonly executions: readonly {
      readonly item: { readonly name: string };
      readonly assertions?: readonly { readonly assertion: string; readonly skipped: boolean }[];
    }[];
    readonly failures: readonly {
      readonly source?: { readonly name: string };
      readonly error: { readonly test?: string; readonly message: string };
    }[];
  };
}

/** Runs a collection as a user of newman does. @throws Error with its output when it gives no report */
export async function runCollection(
  collection: string,
  environment: string,
  variables: Readonly<Record<string, string>>,
): Promise<Run> {
  const directory = await mkdtemp(join(tmpdir(), 'fraud-scoring-newman-'));
  const path = join(directory, 'report.json');
  const args = ['run', collection, '--environment', environment, '--working-dir', dirname(collection)];
  const options = Object.entries(variables).flatMap(([name, value]) => ['--env-var', `${name}=${value}`]);
  try {
    const output = await execute([...args, ...options, '--reporters', 'json', '--reporter-json-export', path]);
    const report = await readFile(path, 'utf8').catch(() => {
      throw new Error(`newman made no report:\n${output}`);
    });
    return readReport(JSON.parse(report) as Report);
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** Newman ends with 1 where a test has failed: the report says which. */
function execute(args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(process.execPath, [NEWMAN, ...args], (_error, stdout, stderr) => {
      resolve(stdout + stderr);
    });
  });
}

function readReport({ run }: Report): Run {
  const tests = run.executions.flatMap(({ item, assertions = [] }) => assertions.map((each) => ({ item, ...each })));
  return {
    sent: run.executions.map(({ item }) => item.name),
    failures: run.failures.map(({ source, error }) => `${source?.name ?? '?'}: ${error.test ?? '-'}: ${error.message}`),
    skipped: tests.flatMap(({ item, assertion, skipped }) => (skipped ? [`${item.name}: ${assertion}`] : [])),
    assertions: tests.length,
  };
}
