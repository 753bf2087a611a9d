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
  /** Whether Redis, which carries the training queue, answers. Scoring does not need it. */
  queue!: boolean;
  /** Whether every model that has a champion can score, and there is one. */
  champions!: boolean;
  /** False once the process has been told to end: send to another one. */
  accepting!: boolean;
}

export class ReadinessDto {
  /** @example "ready" */
  status!: 'ready' | 'not_ready';
  checks!: ReadinessChecksDto;
  /** The loaded version of each model. */
  models!: Record<string, number>;
  /** The champion of each model that could not be loaded: an earlier version scores in its place, or none. */
  not_loaded!: Record<string, number>;
}
