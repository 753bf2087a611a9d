/** What this project writes of Postman's collection format, version 2.1. */
export interface Collection {
  readonly info: {
    readonly name: string;
    readonly description: string;
    readonly version: string;
    readonly schema: string;
  };
  readonly auth: Auth;
  readonly item: readonly Folder[];
  readonly variable: readonly Variable[];
}

export interface Folder {
  readonly name: string;
  readonly description: string;
  readonly item: readonly Item[];
}

export interface Item {
  readonly name: string;
  readonly event: readonly Script[];
  readonly protocolProfileBehavior?: { readonly followRedirects: boolean };
  readonly request: {
    readonly method: string;
    readonly auth?: Auth;
    readonly header: readonly Variable[];
    readonly url: Url;
    readonly body?: Body;
    readonly description: string;
  };
}

export interface Url {
  readonly raw: string;
  readonly host: readonly string[];
  readonly path: readonly string[];
  readonly query?: readonly Variable[];
  readonly variable?: readonly Variable[];
}

export type Auth = { readonly type: 'noauth' } | { readonly type: 'apikey'; readonly apikey: readonly Variable[] };

export type Body =
  | { readonly mode: 'raw'; readonly raw: string; readonly options: { readonly raw: { readonly language: string } } }
  | { readonly mode: 'formdata'; readonly formdata: readonly FormField[] };

export type FormField = Variable | { readonly key: string; readonly type: 'file'; readonly src: string };

export interface Variable {
  readonly key: string;
  readonly value: string;
  readonly type?: string;
  readonly description?: string;
  readonly disabled?: boolean;
}

interface Script {
  readonly listen: 'test';
  readonly script: { readonly type: 'text/javascript'; readonly exec: readonly string[] };
}

export interface Environment {
  readonly name: string;
  readonly values: readonly (Variable & { readonly enabled: boolean })[];
  readonly _postman_variable_scope: 'environment';
}
