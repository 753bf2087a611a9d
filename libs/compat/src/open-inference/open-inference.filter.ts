import { Catch } from '@nestjs/common';
import { type ErrorAnswer, type Problem, ProblemFilter } from '@app/common';

/** Errors as the protocol has them: `{"error": "…"}`, with 400 for a request that does not fit. */
@Catch()
export class OpenInferenceFilter extends ProblemFilter {
  override write(problem: Problem): ErrorAnswer {
    const status = problem.getStatus();
    return { status: status === 422 ? 400 : status, type: 'application/json', body: { error: problem.message } };
  }
}
