export class HealthDto {
  /** `healthy` when a card transaction could be scored now. */
  status!: 'healthy' | 'unhealthy';
  /** Whether the champion of `credit-card` is loaded. */
  model_loaded!: boolean;
}

export class LivenessDto {
  /** @example "ok" */
  status!: 'ok';
}

export class ReadinessChecksDto {
  /** Whether PostgreSQL answers. */
  database!: boolean;
  /** Whether Redis, which carries the training queue, answers. */
  queue!: boolean;
  /** Whether every champion is loaded, and there is one. */
  champions!: boolean;
}

export class ReadinessDto {
  /** @example "ready" */
  status!: 'ready' | 'not_ready';
  checks!: ReadinessChecksDto;
  /** The loaded version of each model. */
  models!: Record<string, number>;
}
