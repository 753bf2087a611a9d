/** What one request takes of a {@link BodyBudget}. */
export interface BodyShare {
  /** Takes so many bytes in all, unless others leave too few. @returns whether it has them now */
  growTo(bytes: number): boolean;
  /** Gives all of it back; a second time does nothing. */
  release(): void;
}

/**
 * The bytes of bodies that are being read and worked on. Whoever is alone may be larger than the budget: a body that is
 * within its route's limit must get through some day.
 */
export class BodyBudget {
  private taken = 0;

  constructor(readonly bytes: number) {}

  /** What all shares have together. */
  get inUse(): number {
    return this.taken;
  }

  /** A share of nothing yet. */
  share(): BodyShare {
    let own = 0;
    let released = false;
    return {
      growTo: (bytes) => {
        if (released) return false;
        const others = this.taken - own;
        if (bytes > own) {
          if (others > 0 && others + bytes > this.bytes) return false;
          this.taken = others + bytes;
          own = bytes;
        }
        return true;
      },
      release: () => {
        released = true;
        this.taken -= own;
        own = 0;
      },
    };
  }
}
