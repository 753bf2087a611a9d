import { answerSchema } from './answer-schema.js';
import type { Link } from './chain.js';
import type { Components } from './openapi.js';
import type { Answer } from './operation.js';
import { printJson } from './print-json.js';

/** How often a run asks for the end of what goes on in the background, and how long it waits in between. */
const TRIES = 240;
const PAUSE_MILLISECONDS = 500;

/**
 * The lines of a request's test: status, media type and fields as the document says; then what later requests need.
 * @param sent the media type of the request's body; an answer in the same one is expected where the document has it
 */
export function testScript(answer: Answer, link: Link, sent: string, schemas: Components['schemas']): string[] {
  const types = Object.keys(answer.content);
  const type = types.includes(sent) ? sent : types[0];
  return [
    ...test(`answers ${answer.status}`, [`pm.response.to.have.status(${answer.status});`]),
    ...answer.headers.flatMap((name) => test(`sends ${name}`, [`pm.response.to.have.header(${quoted(name)});`])),
    ...(type === undefined ? test('has no body', ["pm.expect(pm.response.text()).to.equal('');"]) : []),
    ...(type === undefined ? [] : bodyTests(type, answer.content[type] ?? {}, schemas)),
    ...Object.entries(link.gives ?? {}).flatMap(([name, place]) => giving(name, place)),
    ...(link.until ? waiting(link.until) : []),
  ];
}

function bodyTests(type: string, schema: Answer['content'][string], schemas: Components['schemas']): string[] {
  return [
    ...test(`is ${type}`, [
      `pm.expect(pm.response.headers.get('Content-Type').split(';')[0]).to.equal(${quoted(type)});`,
    ]),
    ...(/[/+]json$/.test(type)
      ? test('has the documented fields', [
          `pm.response.to.have.jsonSchema(${printJson(answerSchema(schema, schemas))});`,
        ])
      : test('has a body', ['pm.expect(pm.response.size().body).to.be.above(0);'])),
  ];
}

function giving(name: string, place: string): string[] {
  return test(`gives ${name} to later requests`, [
    `const value = pm.response.json().${place};`,
    'pm.expect(value).to.exist;',
    `pm.collectionVariables.set(${quoted(name)}, value);`,
  ]);
}

function waiting({ during, last }: NonNullable<Link['until']>): string[] {
  const list = `[${during.map(quoted).join(', ')}]`;
  return [
    `// This goes on in the background: a run asks again until it is over, ${TRIES} times at most.`,
    "const asked = (pm.variables.get('asked') ?? 0) + 1;",
    `if (asked < ${TRIES} && ${list}.includes(pm.response.json().status)) {`,
    "  pm.variables.set('asked', asked);",
    `  setTimeout(() => pm.execution.setNextRequest(pm.info.requestName), ${PAUSE_MILLISECONDS});`,
    '} else {',
    "  pm.variables.set('asked', 0);",
    ...indented(
      test(`ends as ${last}`, [
        `pm.expect(pm.response.json()).to.deep.include({ status: ${quoted(last)}, error: null });`,
      ]),
    ),
    '}',
  ];
}

function test(name: string, lines: readonly string[]): string[] {
  return [`pm.test(${quoted(name)}, () => {`, ...indented(lines), '});'];
}

function indented(lines: readonly string[]): string[] {
  return lines.flatMap((line) => line.split('\n')).map((line) => `  ${line}`);
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
