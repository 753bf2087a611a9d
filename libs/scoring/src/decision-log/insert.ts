import type { DecisionRecord } from '../decision-record.js';

/**
 * Stores any number of decisions: a list for each column. Documents go as one JSON list, which needs no quoting. The
 * release before, which reads "inputs", must be able to repeat an answer: what has a key is stored by this.
 */
export const INSERT = `
  INSERT INTO decisions (id, decided_at, model_id, version_id, transaction_id, inputs, sent, probability, score,
                         decision, is_fraud, reasons, warnings, decided_for, policy_version)
  SELECT id, to_timestamp(milliseconds / 1000), model_id, version_id, transaction_id, sent::jsonb, sent, probability, score,
         decision, is_fraud, reasons, warnings, decided_for, policy_version
  FROM ROWS FROM (
    unnest($1::uuid[]), unnest($2::double precision[]), unnest($3::integer[]), unnest($4::integer[]), unnest($5::text[]),
    json_array_elements($6::json), unnest($7::double precision[]), unnest($8::smallint[]), unnest($9::text[]),
    unnest($10::boolean[]), jsonb_array_elements($11::jsonb), jsonb_array_elements($12::jsonb), unnest($13::text[]),
    unnest($14::integer[])
  ) AS decided (id, milliseconds, model_id, version_id, transaction_id, sent, probability, score, decision, is_fraud,
                reasons, warnings, decided_for, policy_version)`;

/** The same for a statement whose answer was lost: what is there already stays. */
export const INSERT_AGAIN = `${INSERT}
  ON CONFLICT (id) DO NOTHING`;

/**
 * The parameters of {@link INSERT}, spelled as PostgreSQL does. By hand: the driver quotes and escapes each element with
 * regular expressions, which takes longer than all else here.
 */
export function parametersOf(records: readonly DecisionRecord[]): string[] {
  const list = (spell: (record: DecisionRecord) => string | number | boolean): string =>
    `{${records.map(spell).join()}}`;
  const documents = (spell: (record: DecisionRecord) => string): string => `[${records.map(spell).join()}]`;
  return [
    list(({ id }) => id),
    list(({ decidedAt }) => decidedAt),
    list(({ modelId }) => modelId),
    list(({ versionId }) => versionId),
    list(({ transactionId }) => (transactionId === null ? 'NULL' : quoted(String(transactionId)))),
    documents(({ inputs }) => inputs),
    list(({ probability }) => probability),
    list(({ score }) => score),
    list(({ decision }) => decision),
    list(({ isFraud }) => isFraud),
    documents(({ reasons }) => json(reasons)),
    documents(({ warnings }) => json(warnings)),
    list(({ decidedFor }) => quoted(decidedFor)),
    list(({ policyVersion }) => policyVersion ?? 'NULL'),
  ];
}

/** In a list, PostgreSQL takes the character behind a backslash as it is: only these two need one, all others stand for themselves. */
function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** Most are empty. */
function json(list: readonly object[]): string {
  return list.length === 0 ? '[]' : JSON.stringify(list);
}
