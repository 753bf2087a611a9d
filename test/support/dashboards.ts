import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../docker/grafana/dashboards', import.meta.url));

/** The parts of Grafana's dashboard model that are read here. */
interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets?: readonly Target[] }[];
  readonly annotations: { readonly list: readonly Annotation[] };
  readonly templating: { readonly list: readonly Variable[] };
}

interface Target {
  readonly refId: string;
  readonly expr: string;
  readonly legendFormat: string;
}

interface Annotation {
  readonly name: string;
  readonly expr: string;
  readonly titleFormat: string;
  readonly textFormat: string;
}

interface Variable {
  readonly name: string;
  readonly type: string;
  readonly definition?: string;
}

export interface Query {
  /** E.g. `service: Requests by route: A`. */
  readonly from: string;
  readonly expression: string;
  /** What its series must be labelled with, to be shown as they are meant. */
  readonly labels: readonly string[];
}

/** All that the dashboards ask: for panels, marks and choices; with values for Grafana's variables. */
export function dashboardQueries(variables: Readonly<Record<string, string>>): readonly Query[] {
  return readdirSync(FOLDER).flatMap((file) => {
    const dashboard = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Dashboard;
    return queriesOf(dashboard).map(({ from, expression, labels }) => ({
      from: `${basename(file, '.json')}: ${from}`,
      expression: withValues(expression, variables),
      labels,
    }));
  });
}

function queriesOf({ panels, annotations, templating }: Dashboard): readonly Query[] {
  const shown = panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ refId, expr, legendFormat }) => ({
      from: `${title}: ${refId}`,
      expression: expr,
      labels: labelsIn(legendFormat),
    })),
  );
  const marks = annotations.list.map(({ name, expr, titleFormat, textFormat }) => ({
    from: `marks: ${name}`,
    expression: expr,
    labels: labelsIn(titleFormat + textFormat),
  }));
  const choices = templating.list
    .filter(({ type }) => type === 'query')
    .map(({ name, definition = '' }) => ({ from: `choices: ${name}`, ...choiceOf(definition) }));
  return [...shown, ...marks, ...choices];
}

/** `label_values(series, label)` is Grafana's own. */
function choiceOf(definition: string): Omit<Query, 'from'> {
  const [, series, label] = /^label_values\((.*), (\w+)\)$/.exec(definition) ?? [];
  if (series === undefined || label === undefined) throw new Error(`this gives no choices: ${definition}`);
  return { expression: `count by (${label}) (${series})`, labels: [label] };
}

function labelsIn(template: string): readonly string[] {
  return [...template.matchAll(/\{\{(\w+)\}\}/g)].flatMap(([, label]) => label ?? []);
}

function withValues(expression: string, variables: Readonly<Record<string, string>>): string {
  return expression.replace(/\$(\w+)/g, (_, name: string) => {
    const value = variables[name];
    if (value === undefined) throw new Error(`no value for $${name}`);
    return value;
  });
}
