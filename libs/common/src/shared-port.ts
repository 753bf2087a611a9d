let untilOthersClose: () => Promise<void> = () => Promise.resolve();

/** For one of several API processes, at its start: how it learns that the others that end have closed the port, too. */
export function sharePort(untilClosedByAll: () => Promise<void>): void {
  untilOthersClose = untilClosedByAll;
}

/** Settles once no process that ends together with this one, which has closed the port, takes connections any more. */
export function portClosedByAll(): Promise<void> {
  return untilOthersClose();
}
