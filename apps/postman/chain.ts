/** How an operation hangs together with others in a run from top to bottom; all else is in the document. */
export interface Link {
  /** Variables for later requests, each with where in the answer its value is. */
  readonly gives?: Readonly<Record<string, string>>;
  /** Path parameters and fields of the body that hold such a variable instead of the document's example. */
  readonly takes?: Readonly<Record<string, string>>;
  /** The document's other examples would do the same again. */
  readonly firstExampleOnly?: boolean;
  /** A field of the body that no earlier run may have sent: the example with a random part behind it. */
  readonly unique?: string;
  /** Asks again while the answer's `status` is one of `during`; in the end it must be `last`. */
  readonly until?: { readonly during: readonly string[]; readonly last: string };
  /** The status that a run gets, where it is not the one of success. */
  readonly expects?: number;
  /** For who reads the request. */
  readonly note?: string;
}

/** Links by the route of their operation. */
export type Chain = Readonly<Record<string, Link>>;

export const CHAIN: Chain = {
  'POST /v1/models/{model}/score': { gives: { decision_id: 'decision_id' } },
  'GET /v1/decisions/{id}': { takes: { id: 'decision_id' } },
  'POST /v1/datasets': {
    gives: { dataset_id: 'id' },
    note: 'The sample lies beside the collection. In the Postman app choose it in the field `file`, or any CSV of yours.',
  },
  'GET /v1/datasets/{id}': {
    takes: { id: 'dataset_id' },
    note: 'A worker reads the file first: ask again while `profile_status` is `pending`.',
  },
  'POST /v1/models/{model}/train': {
    takes: { dataset: 'dataset_id' },
    gives: { training_id: 'id' },
    firstExampleOnly: true,
  },
  'GET /v1/training/{id}': {
    takes: { id: 'training_id' },
    until: { during: ['pending', 'processing'], last: 'processed' },
    note: 'A run of the collection asks again until the training is over.',
  },
  'GET /v1/models/{model}/versions/{version}/report': {
    note: 'A page: look at it under Preview, or save the response as a file. Put the version that was trained.',
  },
  'POST /v1/models': {
    unique: 'name',
    gives: { new_model: 'name' },
    note: 'Models stay, so each run defines one of another name.',
  },
  'GET /v1/models/{model}': { gives: { version: 'champion.version' } },
  'GET /v1/models/{model}/versions/{version}': { takes: { version: 'version' } },
  'GET /v1/models/{model}/versions/{version}/artifact': { takes: { version: 'version' } },
  'POST /v1/models/{model}/promote': {
    takes: { version: 'version' },
    note: 'A run promotes the champion again, which changes nothing. Put the version that shall decide.',
  },
  'POST /v1/models/{model}/rollback': {
    takes: { model: 'new_model' },
    expects: 409,
    note: 'A run asks for a model without champions, so nothing changes. Put the model that shall go back.',
  },
  'PUT /v1/models/{model}/promotion-settings': {
    takes: { model: 'new_model' },
    note: 'A run sets those of the model that it has defined. Put the model that you mean.',
  },
  'POST /v1/models/{model}/policies': {
    takes: { model: 'new_model' },
    note: 'A run gives them to the model that it has defined. Put the model that you mean.',
  },
  'POST /v1/keys': {
    firstExampleOnly: true,
    unique: 'name',
    gives: { key_name: 'name' },
    note: 'A name is never given twice, so each run makes a key of another name.',
  },
  'DELETE /v1/keys/{name}': { takes: { name: 'key_name' } },
  'POST /api/v1/training': {
    gives: { payments_training_id: 'id' },
    note: 'The example’s link leads nowhere, so this training ends with `error`. Put a link of yours.',
  },
  'GET /api/v1/training/{id}': { takes: { id: 'payments_training_id' } },
  'POST /api/v1/model/training': {
    gives: { payments_training_id: 'id' },
    note: 'The example’s link leads nowhere, so this training ends with `error`. Put a link of yours.',
  },
  'GET /api/v1/model/training/{id}': { takes: { id: 'payments_training_id' } },
  'GET /v2/models/{name}/versions/{version}': { takes: { version: 'version' } },
  'GET /v2/models/{name}/versions/{version}/ready': { takes: { version: 'version' } },
  'POST /v2/models/{name}/versions/{version}/infer': { takes: { version: 'version' } },
};
