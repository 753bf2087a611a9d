import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 200;
const READY_PATIENCE_MS = 30_000;

/** The few calls that the first start makes, as any client would make them. */
export class ApiClient {
  constructor(
    private readonly address: string,
    private readonly key: string,
    private readonly signal: AbortSignal,
  ) {}

  /** The names of the models that no version decides for yet. */
  async modelsWithoutChampion(): Promise<readonly string[]> {
    const models = await this.call('GET', '/v1/models');
    if (!Array.isArray(models)) throw new Error('GET /v1/models answered no list');
    return models.filter((model) => field(model, 'champion') === null).map((model) => String(field(model, 'name')));
  }

  /** @returns the data set's id */
  async upload(name: string, chunks: Iterable<string>): Promise<string> {
    const form = new FormData();
    // Before the file: the server reads the fields in their order.
    form.set('simulated', 'true');
    form.set('file', new Blob([...chunks], { type: 'text/csv' }), name);
    return String(field(await this.call('POST', '/v1/datasets', form), 'id'));
  }

  /** @returns the training's id */
  async train(model: string, dataset: string): Promise<string> {
    const path = `/v1/models/${encodeURIComponent(model)}/train`;
    return String(field(await this.call('POST', path, { dataset }), 'id'));
  }

  /** Waits for the end of a training. @throws Error with the job's message when it fails */
  async untilTrained(id: string): Promise<void> {
    for (;;) {
      const job = await this.call('GET', `/v1/training/${id}`);
      const status = field(job, 'status');
      if (status === 'processed') return;
      if (status !== 'pending' && status !== 'processing') {
        const error = field(job, 'error');
        throw new Error(typeof error === 'string' ? error : JSON.stringify(error ?? status));
      }
      await delay(POLL_MS, null, { signal: this.signal });
    }
  }

  /** Waits until the service can score. @returns false when it cannot after half a minute */
  async untilReady(): Promise<boolean> {
    const end = performance.now() + READY_PATIENCE_MS;
    while (!(await fetch(`${this.address}/health/ready`, { signal: this.signal })).ok) {
      if (performance.now() > end) return false;
      await delay(POLL_MS, null, { signal: this.signal });
    }
    return true;
  }

  private async call(method: string, path: string, body?: FormData | object): Promise<unknown> {
    const json = body !== undefined && !(body instanceof FormData);
    const response = await fetch(this.address + path, {
      method,
      signal: this.signal,
      headers: { 'X-API-Key': this.key, ...(json && { 'Content-Type': 'application/json' }) },
      ...(body !== undefined && { body: body instanceof FormData ? body : JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${JSON.stringify(answer)}`);
    return answer;
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? new Map<string, unknown>(Object.entries(value)).get(name)
    : undefined;
}
