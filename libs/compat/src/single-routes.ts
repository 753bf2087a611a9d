import type { SingleRoute } from '@app/scoring';
import { CREDIT_CARD, PAYMENTS } from './built-in.js';
import { toFraudScore } from './fraud-score/fraud-score.dto.js';
import { isWholeDay, toPredictions } from './payments/payments.dto.js';

/** The routes of other systems that score the one transaction their body is, with the model of each. */
export const SINGLE_ROUTES: readonly (SingleRoute & { readonly model: string })[] = [
  {
    route: '/v1/fraud-score',
    model: CREDIT_CARD,
    answer: (record, _model, version) => JSON.stringify(toFraudScore(record, version)),
  },
  {
    route: '/api/v1/model/predict',
    model: PAYMENTS,
    answer: (record) => JSON.stringify(toPredictions(record)),
    takes: isWholeDay,
  },
];
