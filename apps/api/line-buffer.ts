/** Lines wait so long for others that are written with them. */
const PAUSE_MILLISECONDS = 100;
/** So many characters are written without waiting. */
const MANY = 65_536;

/** Writes lines to stdout a few at a time: a write of its own costs several times what making a line does. */
export class LineBuffer {
  private lines = '';
  private open = true;

  /** @param line with its line break */
  add(line: string): void {
    if (this.open && this.lines === '') {
      setTimeout(() => {
        this.flush();
      }, PAUSE_MILLISECONDS);
    }
    this.lines += line;
    if (!this.open || this.lines.length >= MANY) this.flush();
  }

  /** The process is about to end: nothing waits from now on. */
  close(): void {
    this.open = false;
    this.flush();
  }

  private flush(): void {
    if (this.lines !== '') process.stdout.write(this.lines);
    this.lines = '';
  }
}
