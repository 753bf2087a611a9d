/**
 * The image's health check: exit code 0 while the process answers, 1 with a line that says why otherwise.
 *
 *   node health.mjs [url]     by default the API's /health/live
 */
const url = process.argv[2] ?? `http://127.0.0.1:${process.env.PORT || 3000}/health/live`;
try {
  const { ok, status } = await fetch(url, { signal: AbortSignal.timeout(2_500) });
  if (!ok) throw new Error(`status ${status}`);
} catch (error) {
  console.error(`${url}: ${error.cause?.message ?? error.message}`);
  process.exitCode = 1;
}
