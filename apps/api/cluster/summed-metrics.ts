import type { Worker } from 'node:cluster';
import { type Figures, type MetricsText, ProcessSum } from '@app/metrics';
import { isMessage, type Message } from './messages.js';

/** A process reads a figure within two seconds, or does without. One that takes longer is busy or hangs. */
const PATIENCE_MILLISECONDS = 3_000;

/** A process that can be asked. */
export interface Asked {
  readonly worker: Worker;
  /** Its number among the processes. */
  readonly number: number;
}

interface Question {
  readonly worker: Worker;
  readonly answer: (figures: Figures | null) => void;
}

/** What all API processes show together. Of one that does not answer it is what it showed last. */
export class SummedMetrics implements MetricsText {
  readonly contentType = 'text/plain; version=0.0.4; charset=utf-8';
  private readonly sum = new ProcessSum();
  private readonly questions = new Map<number, Question>();
  private asked = 0;

  /** @param processes those that answer requests now */
  constructor(private readonly processes: () => readonly Asked[]) {}

  async text(): Promise<string> {
    await Promise.all(this.processes().map((each) => this.collect(each)));
    return this.sum.text();
  }

  /** Hears what a process says of its figures, and tells it the sum when it is asked for that. */
  listenTo(worker: Worker): void {
    worker.on('message', (message: unknown) => {
      if (isMessage(message, 'collected')) this.questions.get(message.id)?.answer(message.figures);
      if (isMessage(message, 'counted')) this.sum.update(worker.id, message.figures);
      if (isMessage(message, 'scrape')) void this.tell(worker, message);
    });
    // Comes after its last message: the channel ends before the process does.
    worker.once('exit', () => {
      for (const question of [...this.questions.values()]) if (question.worker === worker) question.answer(null);
      this.sum.depart(worker.id);
    });
  }

  private async tell(worker: Worker, { id }: Message<'scrape'>): Promise<void> {
    const text = await this.text();
    if (worker.isConnected()) worker.send({ kind: 'scraped', id, text });
  }

  private async collect(asked: Asked): Promise<void> {
    const { worker } = asked;
    const figures = worker.isConnected() ? await this.ask(asked) : null;
    if (figures && worker.isConnected()) this.sum.update(worker.id, figures);
  }

  /** @returns null where it does not answer in time, or ends */
  private ask({ worker, number }: Asked): Promise<Figures | null> {
    const id = this.asked++;
    return new Promise((resolve) => {
      const answer = (figures: Figures | null): void => {
        clearTimeout(late);
        this.questions.delete(id);
        resolve(figures);
      };
      const late = setTimeout(answer, PATIENCE_MILLISECONDS, null);
      this.questions.set(id, { worker, answer });
      worker.send({ kind: 'collect', id, process: String(number) });
    });
  }
}
