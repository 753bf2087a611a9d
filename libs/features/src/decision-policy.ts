/** What a cut-off must reach on the calibration part: a share of frauds among what it flags, of all frauds, or of all rows. */
export type Target = { readonly precision: number } | { readonly recall: number } | { readonly alert_rate: number };

/** Cut-offs on the score (0–100): `review` from the first, `block` from the second. Null: the service's default. */
export interface FixedPolicy {
  readonly kind: 'fixed';
  readonly review: number | null;
  readonly block: number | null;
}

/** Cut-offs that reach a target each. `block` null: nothing is blocked. */
export interface TargetPolicy {
  readonly kind: 'target';
  readonly review: Target;
  readonly block: Target | null;
}

/** Cut-offs that cost least. All costs are in one unit, mostly a currency, and not below 0. */
export interface CostsPolicy {
  readonly kind: 'costs';
  /** What a fraud costs that is let through: a number, or the column that says it for each row, such as the amount. */
  readonly missed_fraud: number | string;
  /** What it costs to block a legitimate transaction. */
  readonly false_alarm: number;
  /** What it costs that a person looks at a transaction. */
  readonly review: number;
}

/** How a probability becomes a decision. Each policy of a model has a number, and each decision records it. */
export type DecisionPolicy = FixedPolicy | TargetPolicy | CostsPolicy;

/** A policy as a definition gives it: one without a kind is fixed, as all were before there were others. */
export type GivenPolicy = DecisionPolicy | Omit<FixedPolicy, 'kind'>;

/** The policy that a definition means. */
export function toPolicy(given: GivenPolicy): DecisionPolicy {
  return 'kind' in given ? given : { kind: 'fixed', ...given };
}
