import { parser } from '@prometheus-io/lezer-promql';

/** A series that an expression asks for. */
export interface Selector {
  readonly metric: string;
  /** As it is written, e.g. `up{job="api"}`. */
  readonly text: string;
}

/** The series that a PromQL expression asks for. @throws Error where it is not PromQL */
export function selectorsIn(expression: string): readonly Selector[] {
  const found: Selector[] = [];
  parser.parse(expression).iterate({
    enter({ type, from, to, node }) {
      if (type.isError) throw new Error(`not PromQL at character ${from}: ${expression}`);
      if (type.name !== 'VectorSelector') return;
      const name = node.getChild('Identifier');
      found.push({ metric: name ? expression.slice(name.from, name.to) : '', text: expression.slice(from, to) });
    },
  });
  return found;
}
