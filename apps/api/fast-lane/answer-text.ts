const MILLISECONDS = 1_000;

/** Writes answers as Node does, with its `Date`, `Connection` and `Keep-Alive`. */
export class AnswerText {
  private second = 0;
  private date = '';

  constructor(private readonly keepAliveMilliseconds: number) {}

  /** @param headers names and values in turn @param isLast the connection ends with it */
  write(headers: readonly string[], body: string, isLast: boolean): string {
    let text = 'HTTP/1.1 200 OK\r\n';
    for (let at = 0; at < headers.length; at += 2) text += `${headers[at] ?? ''}: ${headers[at + 1] ?? ''}\r\n`;
    return `${text}Date: ${this.now()}\r\n${this.connection(isLast)}\r\n\r\n${body}`;
  }

  /** Its text changes once a second. */
  private now(): string {
    const second = Math.floor(Date.now() / MILLISECONDS);
    if (second !== this.second) {
      this.second = second;
      this.date = new Date(second * MILLISECONDS).toUTCString();
    }
    return this.date;
  }

  private connection(isLast: boolean): string {
    if (isLast) return 'connection: close';
    return `Connection: keep-alive\r\nKeep-Alive: timeout=${Math.floor(this.keepAliveMilliseconds / MILLISECONDS)}`;
  }
}
