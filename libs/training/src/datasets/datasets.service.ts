import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { BYTES_PER_MEBIBYTE } from '@app/common';
import { Config } from '@app/config';
import { Repository } from 'typeorm';
import { v5 as uuidv5 } from 'uuid';
import { downloadDataset } from '../data/download.js';
import { importFile, isImport } from '../data/import-file.js';
import { shownLink } from '../data/link.js';
import { receiveFile } from '../data/receive-upload.js';
import { INCOMING_PREFIX, storeByHash, type StoredFile } from '../data/stored-file.js';
import { UNPACKING_PREFIX } from '../data/unpack.js';
import { Dataset } from './dataset.entity.js';

const DOWNLOAD_MILLISECONDS = 30 * 60_000;

/** No upload or download takes so long: what is older was left by a process that was killed. */
const LEFTOVER_MILLISECONDS = 24 * 3_600_000;

/** Names the space of ids made from a file's hash. */
const DATASETS = '8e5a2f0c-0d7b-5c39-9f43-5b1f7f0f5f11';

interface DownloadOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (bytes: number, total: number | null) => void;
}

/** Training files: taken in, stored once by their hash, found again. */
@Injectable()
export class DatasetsService implements OnModuleInit {
  constructor(
    @InjectRepository(Dataset) private readonly datasets: Repository<Dataset>,
    private readonly config: Config,
  ) {}

  async onModuleInit(): Promise<void> {
    const names = await readdir(this.config.datasets).catch(() => []);
    for (const name of names.filter((each) => each.startsWith(INCOMING_PREFIX) || each.startsWith(UNPACKING_PREFIX))) {
      const path = join(this.config.datasets, name);
      const age = Date.now() - (await stat(path).catch(() => ({ mtimeMs: Date.now() }))).mtimeMs;
      if (age > LEFTOVER_MILLISECONDS) await rm(path, { recursive: true, force: true });
    }
  }

  /** Streams an upload to disk. @throws DatasetError */
  async receive(file: Readable, source: string, simulated: boolean): Promise<Dataset> {
    return this.keep(await receiveFile(file, this.limits()), source, simulated);
  }

  /** Fetches a link, or takes a file of the folder of imports over. @throws DatasetError */
  async fetch(url: string, options: DownloadOptions): Promise<Dataset> {
    const stored = isImport(url)
      ? await importFile(url, { ...this.limits(), ...options })
      : await downloadDataset(url, {
          ...this.limits(),
          ...options,
          timeoutMs: DOWNLOAD_MILLISECONDS,
          hostsAllowed: this.config.datasetHostsAllowed,
        });
    return this.keep(stored, shownLink(url), false);
  }

  async find(id: string): Promise<Dataset | null> {
    return this.datasets.findOneBy({ id });
  }

  pathOf({ sha256 }: Dataset): string {
    return join(this.config.datasets, sha256);
  }

  /** The id comes from the bytes: sent again, here or elsewhere, they are the same data set. */
  private async keep(file: StoredFile, source: string, simulated: boolean): Promise<Dataset> {
    await storeByHash(file.path, file.sha256, this.config.datasets);
    await this.datasets
      .createQueryBuilder()
      .insert()
      .values({ id: uuidv5(file.sha256, DATASETS), sha256: file.sha256, bytes: file.bytes, source, simulated })
      .orIgnore()
      .execute();
    return this.datasets.findOneByOrFail({ sha256: file.sha256 });
  }

  private limits(): { directory: string; maxBytes: number } {
    return { directory: this.config.datasets, maxBytes: this.config.datasetMaxMebibytes * BYTES_PER_MEBIBYTE };
  }
}
