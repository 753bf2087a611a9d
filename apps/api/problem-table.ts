import { asProblem, Problem, PROBLEM_TYPE, problemBody, type ProblemDto } from '@app/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import { unreadable } from './unreadable-request.js';

/** What is refused, or goes wrong, before a route or instead of it. */
const BESIDE_ROUTES = [
  unreadable('HPE_INVALID_METHOD'),
  unreadable('ERR_HTTP_REQUEST_TIMEOUT'),
  new Problem(405, 'method_not_allowed', 'This path does not know PUT; send GET or POST.'),
  asProblem(new Error('a mistake of ours')),
];

/** Every `code` that the API sends, as a table in Markdown: made from the document, so that it cannot be older. */
export function problemTable({ paths }: OpenAPIObject): string {
  const byCode = new Map<string, ProblemDto>();
  const problems = [...problemsIn(paths), ...BESIDE_ROUTES.map((problem) => problemBody(problem, ''))];
  for (const problem of problems) if (!byCode.has(problem.code)) byCode.set(problem.code, problem);
  const rows = [...byCode.values()]
    .sort((one, other) => one.status - other.status)
    .map(({ status, code, detail }) => `| ${status} | \`${code}\` | ${detail} |`);
  return ['| status | `code` | `detail`, for example |', '| --- | --- | --- |', ...rows].join('\n');
}

function problemsIn(paths: OpenAPIObject['paths']): ProblemDto[] {
  return Object.values(paths)
    .flatMap(({ get, post, delete: remove }) => [get, post, remove])
    .flatMap((operation) => Object.values(operation?.responses ?? {}))
    .flatMap((response) => (response && 'content' in response ? [response.content[PROBLEM_TYPE]] : []))
    .flatMap((content) => Object.values(content?.examples ?? {}))
    .flatMap((example) => ('value' in example ? [example.value as ProblemDto] : []));
}
