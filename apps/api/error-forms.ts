import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { Problem, ProblemFilter } from '@app/common';
import { isOpenInference, OpenInferenceFilter } from '@app/compat';
import type { FastifyReply, FastifyRequest } from 'fastify';

const problems = new ProblemFilter();
const inferenceErrors = new OpenInferenceFilter();

/** Errors take the form of the contract that the path belongs to, also where no route was reached. */
@Catch()
export class ErrorForms implements ExceptionFilter {
  catch(thrown: unknown, host: ArgumentsHost): void {
    const { url } = host.switchToHttp().getRequest<FastifyRequest>();
    formAt(url).catch(thrown, host);
  }
}

/** A path that cannot be decoded, or a parameter of absurd length: there is nothing there, and no hook has run. */
export function answerBadPath(request: FastifyRequest, reply: FastifyReply): void {
  const { status, type, body } = formAt(request.url).write(Problem.notFound('This path'), request.id);
  void reply.header('X-Request-ID', request.id).status(status).type(type).send(body);
}

function formAt(url: string): ProblemFilter {
  return isOpenInference(url) ? inferenceErrors : problems;
}
