const WIDTH = 100;

/** JSON for people: on one line what fits there, and any list of plain values. */
export function printJson(value: unknown, indent = ''): string {
  const flat = oneLine(value);
  if (typeof value !== 'object' || value === null || indent.length + flat.length <= WIDTH) return flat;
  const deeper = `${indent}  `;
  const lines = (texts: readonly string[]): string =>
    texts.map((text) => `\n${deeper}${text}`).join(',') + `\n${indent}`;
  if (!Array.isArray(value)) {
    const fields = Object.entries(value).map(([name, field]) => `${JSON.stringify(name)}: ${printJson(field, deeper)}`);
    return `{${lines(fields)}}`;
  }
  const items: readonly unknown[] = value;
  return items.every(isPlain) ? flat : `[${lines(items.map((item) => printJson(item, deeper)))}]`;
}

function oneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([name, field]) => `${JSON.stringify(name)}: ${oneLine(field)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}

function isPlain(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}

/** A value as the text of a parameter or a form's field; empty where there is none. */
export function plainText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
