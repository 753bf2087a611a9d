/** What was asked: of one, of many, or by the route of another system, which answers with the score alone. */
export type Kind = 'single' | 'batch' | 'foreign';

/** A decision as it was answered. */
export interface Answer {
  readonly decision_id: string;
  readonly probability: number;
  readonly score: number;
  readonly decision: string;
}

/** A decision as it is stored; `v1` is the feature V1 of what was sent. */
export interface StoredDecision {
  readonly id: string;
  readonly probability: number;
  readonly score: number;
  readonly decision: string;
  readonly v1: number;
}

/** The transactions that one request carried, by their numbers, `to` left out. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** All transactions that were sent, and what was answered to each. By columns: there may be millions. */
export class Answers {
  readonly batches: Range[] = [];
  /** How many transactions were answered. */
  acknowledgedCount = 0;
  private readonly kinds: Kind[] = [];
  /** '' where nothing was answered, or an answer carries none. */
  private readonly ids: string[] = [];
  private readonly probabilities: number[] = [];
  /** NaN where nothing was answered. */
  private readonly scores: number[] = [];
  private readonly decisions: string[] = [];

  /** How many transactions were sent. */
  get sent(): number {
    return this.kinds.length;
  }

  /** Numbers for the transactions of one request. */
  next(kind: Kind, count = 1): Range {
    const from = this.sent;
    for (let at = 0; at < count; at++) {
      this.kinds.push(kind);
      this.ids.push('');
      this.probabilities.push(NaN);
      this.scores.push(NaN);
      this.decisions.push('');
    }
    const range = { from, to: this.sent };
    if (kind === 'batch') this.batches.push(range);
    return range;
  }

  acknowledge(number: number, { decision_id, probability, score, decision }: Answer): void {
    this.ids[number] = decision_id;
    this.probabilities[number] = probability;
    this.decisions[number] = decision;
    this.acknowledgeScore(number, score);
  }

  /** Of a route that answers with the score alone. */
  acknowledgeScore(number: number, score: number): void {
    this.scores[number] = score;
    this.acknowledgedCount += 1;
  }

  acknowledged(number: number): boolean {
    return !Number.isNaN(this.scores[number] ?? NaN);
  }

  kindOf(number: number): Kind | undefined {
    return this.kinds[number];
  }

  /** What was answered to a transaction and is another in the table: the name of the column; null where all is the same. */
  differenceTo(number: number, stored: StoredDecision): string | null {
    if (!this.acknowledged(number)) return null;
    if (stored.score !== this.scores[number]) return 'score';
    if (this.kinds[number] === 'foreign') return null;
    if (stored.id !== this.ids[number]) return 'decision_id';
    if (stored.probability !== this.probabilities[number]) return 'probability';
    return stored.decision === this.decisions[number] ? null : 'decision';
  }

  /** Whether the transaction, scored once more, got what it was answered. */
  isRepeatedBy(
    number: number,
    { probability, score }: { readonly probability: number; readonly score: number },
  ): boolean {
    if (score !== this.scores[number]) return false;
    return this.kinds[number] === 'foreign' || probability === this.probabilities[number];
  }

  /** How many different probabilities were answered: with few, one could be taken for another. */
  differentProbabilities(): number {
    return new Set(this.probabilities.filter((probability) => !Number.isNaN(probability))).size;
  }
}
