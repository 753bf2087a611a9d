import { MAX_BATCH } from '@app/scoring';
import { exampleTransaction } from '@app/simulator';
import { CREDIT_CARD } from '../built-in.js';

const example = exampleTransaction(CREDIT_CARD);
const row = Object.values(example);
const attributes = Object.fromEntries(row.map((value, at) => [`Atr${at + 1}`, value]));

/** The request body on the docs page: one media type and example per form. */
export const INVOCATION_BODY = {
  required: true,
  content: {
    'application/json': {
      schema: {
        oneOf: [
          { type: 'object', additionalProperties: true },
          { type: 'array', maxItems: MAX_BATCH, items: { type: 'object', additionalProperties: true } },
        ],
      },
      examples: {
        by_id: { summary: 'By id, features by name', value: { 'order-4711': example, 'order-4712': example } },
        attributes: { summary: 'By id, features by position', value: { 'order-4711': attributes } },
        instances: { summary: 'Rows', value: { instances: [row] } },
        inputs: { summary: 'Rows', value: { inputs: [row] } },
        dataframe_split: {
          summary: 'A data frame: columns and rows',
          value: { dataframe_split: { columns: Object.keys(example), data: [row] } },
        },
        dataframe_records: { summary: 'A data frame: records', value: { dataframe_records: [example] } },
        bare_split: {
          summary: 'A data frame as MLflow 1 takes it: columns and rows',
          value: { columns: Object.keys(example), data: [row] },
        },
        bare_records: { summary: 'A data frame as MLflow 1 takes it: records', value: [example] },
      },
    },
    'text/csv': {
      schema: { type: 'string' },
      examples: { rows: { summary: 'Rows, with or without a header', value: `${row.join(',')}\n` } },
    },
  },
};

export const INVOCATION_ANSWERS = {
  'application/json': {
    schema: {
      oneOf: [
        {
          type: 'object',
          properties: {
            'credit-card-fraud': { type: 'object', additionalProperties: { type: 'number' } },
            predictions: { type: 'array', items: { type: 'number' } },
          },
        },
        { type: 'array', items: { type: 'number' } },
      ],
    },
    examples: {
      by_id: { summary: 'To transactions by id', value: { 'credit-card-fraud': { 'order-4711': 0, 'order-4712': 0 } } },
      predictions: { summary: 'To instances, inputs and data frames', value: { predictions: [0] } },
      bare_list: { summary: 'To data frames as MLflow 1 takes them', value: [0] },
    },
  },
  'text/csv': { schema: { type: 'string' }, examples: { rows: { summary: 'To CSV', value: '0.0\n' } } },
};
