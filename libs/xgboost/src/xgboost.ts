import { Booster } from './booster.js';
import { type NativeLibrary, findLibrary } from './native/library.js';
import { NativeThread } from './native/native-thread.js';
import { SharedThread } from './native/shared-thread.js';
import type { TrainingRequest } from './training/request.js';
import { trainModel } from './training/train.js';

const opened = new Map<string | undefined, Xgboost>();

/**
 * XGBoost's C library: at `libraryPath`, otherwise where systems usually have it. Opened once per path.
 * Throws XgboostUnavailableError, whose message says what to do.
 */
export function openXgboost(libraryPath?: string): Xgboost {
  const known = opened.get(libraryPath);
  if (known !== undefined) return known;
  const xgboost = new Xgboost(findLibrary(libraryPath));
  opened.set(libraryPath, xgboost);
  return xgboost;
}

/** Trains and loads models, all on threads of its own. */
export class Xgboost {
  private readonly forPredictions: SharedThread;

  constructor(private readonly library: NativeLibrary) {
    this.forPredictions = new SharedThread(library.path);
  }

  /** "1.7.4" */
  get version(): string {
    return this.library.version;
  }

  /**
   * Trains a model; the event loop stays free. The same request gives the same bytes. Throws XgboostError, and the
   * signal's reason when it is aborted.
   */
  async train(request: TrainingRequest): Promise<Booster> {
    // Each training has a thread of its own: XGBoost keeps its random numbers per thread.
    const thread = await NativeThread.start(this.library.path);
    try {
      const { bytes, validationLoss } = await trainModel(thread, request);
      return new Booster(bytes, this.forPredictions, validationLoss);
    } finally {
      await thread.close();
    }
  }

  /** The model that `Booster.save` gave. Throws XgboostError where the bytes are not one. */
  load(bytes: Uint8Array): Booster {
    return new Booster(bytes, this.forPredictions);
  }
}
