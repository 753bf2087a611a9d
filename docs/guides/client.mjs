/** What the guides share: a client that shows what it sends and gets. Plain Node, nothing to install. */
const { BASE_URL = 'http://127.0.0.1:3000', API_KEY } = process.env;
/** Of what is sent and got, at most this much is shown. */
const SHOWN_CHARACTERS = 400;

/**
 * Runs a guide and says how it went, also by the exit code.
 * @param {string} title
 * @param {() => Promise<void>} steps
 */
export async function guide(title, steps) {
  console.log(`${title}, at ${BASE_URL}`);
  try {
    if (!API_KEY) throw new Error('Set API_KEY to a key of this installation.');
    await steps();
    console.log('\nThe contract is met.');
  } catch (error) {
    console.error(`\n✗ ${error.message}`);
    process.exitCode = 1;
  }
}

/**
 * Sends a request with the key, as the client of an old service does in all else, and shows both ways. Where the service
 * asks for patience (503 with `Retry-After`), it is patient, a few times.
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body] sent as JSON; a string as it is
 * @param {{ key?: string | null, type?: string }} [options] `key: null` sends none
 * @returns {Promise<{ status: number, text: string, body: any }>} `body`: the JSON, undefined where it is none
 */
export async function send(method, path, body, { key = API_KEY, type = 'application/json' } = {}) {
  const sent = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
  const headers = { ...(key !== null && { 'X-API-Key': key }), ...(sent !== undefined && { 'Content-Type': type }) };
  console.log(`\n→ ${method} ${path} ${shortened(sent ?? '')}`);
  for (let patience = 5; ; patience--) {
    const answer = await request(new URL(path, BASE_URL), { method, headers, body: sent });
    const text = await answer.text();
    console.log(`← ${answer.status} ${shortened(text)}`);
    const wait = Number(answer.headers.get('retry-after'));
    if (answer.status !== 503 || !wait || patience === 0) return { status: answer.status, text, body: asJson(text) };
    await seconds(wait);
  }
}

/**
 * One sentence of the contract.
 * @param {string} claim
 * @param {boolean} isSo
 */
export function check(claim, isSo) {
  if (!isSo) throw new Error(`Not as it should be: ${claim}`);
  console.log(`  ✓ ${claim}`);
}

/**
 * Whether an answer is an object with these fields, and no others.
 * @param {unknown} body
 * @param {string[]} fields
 */
export function hasExactly(body, fields) {
  return typeof body === 'object' && body !== null && Object.keys(body).sort().join() === fields.toSorted().join();
}

/** @param {number} count */
export function seconds(count) {
  return new Promise((resolve) => setTimeout(resolve, count * 1_000));
}

async function request(url, options) {
  try {
    return await fetch(url, options);
  } catch (error) {
    throw new Error(`${url.origin} does not answer: ${error.cause?.message || error.message}`, { cause: error });
  }
}

function asJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function shortened(text) {
  const line = text.trimEnd().replaceAll('\n', '⏎');
  return line.length > SHOWN_CHARACTERS ? `${line.slice(0, SHOWN_CHARACTERS)} … (${line.length} characters)` : line;
}
