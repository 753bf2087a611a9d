import type { DecisionRecord } from '../decision-record.js';

const QUERY = 0x51; // Q
const COPY_DATA = 0x64; // d
const COPY_DONE = 0x63; // c

const COLUMNS = 14;
const STATEMENT = `COPY decisions (id, decided_at, model_id, version_id, transaction_id, sent, probability, score, decision,
  is_fraud, reasons, warnings, decided_for, policy_version) FROM STDIN (FORMAT binary)`;

/** How the data begins: PostgreSQL's signature, no flags, no extension. */
const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
/** The same in each message but for the length of the data. */
const HEAD = Buffer.concat([message(QUERY, Buffer.from(`${STATEMENT}\0`)), message(COPY_DATA, SIGNATURE)]);
const DATA_LENGTH_AT = HEAD.length - SIGNATURE.length - 4;
/** "No more rows", which is a row of -1 columns, and "no more data". */
const TAIL = Buffer.concat([Buffer.from([0xff, 0xff]), message(COPY_DONE, Buffer.alloc(0))]);

/** Bytes of a row beside its texts and documents. */
const ROW_BYTES = 160;
/** Of a character of a JavaScript string, in UTF-8. */
const BYTES_PER_UNIT = 3;

/** Milliseconds from 1970 to 2000, where PostgreSQL's time begins. */
const EPOCH = 946_684_800_000;
const NULL = -1;
/** The version of the binary format of jsonb. */
const JSONB = 1;
const HYPHEN = 0x2d;
const LAST_OF_ONE_BYTE = 0x7f;
/** Characters. */
const SHORT = 24;
const FIRST_BYTES = 64 * 1024;

/** What an id's characters stand for. */
const HEX = new Uint8Array(128);
for (let digit = 0; digit < 16; digit++) HEX[digit.toString(16).charCodeAt(0)] = digit;

/**
 * All that PostgreSQL must be told to store decisions: the statement, its data in the binary format of COPY, and the end
 * of them. In one piece, since each message by itself would be a call of the system here and a wake-up there. Written
 * into a buffer that is used again, and grows.
 * https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format"
 */
export class CopyMessage {
  private bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  /** The same bytes, for numbers: they are written in the order that PostgreSQL reads. */
  private view = viewOf(this.bytes);
  private at = 0;

  /** @returns a view, valid until the next call */
  write(records: readonly DecisionRecord[]): Buffer {
    this.at = HEAD.copy(this.bytes);
    for (const record of records) this.row(record);
    this.ensure(TAIL.length);
    this.view.setInt32(DATA_LENGTH_AT, this.at + 2 - DATA_LENGTH_AT);
    this.at += TAIL.copy(this.bytes, this.at);
    return this.bytes.subarray(0, this.at);
  }

  /** How many bytes it holds on to. */
  get size(): number {
    return this.bytes.length;
  }

  private row(record: DecisionRecord): void {
    const reasons = record.reasons.length === 0 ? '[]' : JSON.stringify(record.reasons);
    const warnings = record.warnings.length === 0 ? '[]' : JSON.stringify(record.warnings);
    const transactionId = record.transactionId === null ? null : String(record.transactionId);
    const units =
      record.inputs.length + (transactionId?.length ?? 0) + record.decidedFor.length + reasons.length + warnings.length;
    this.ensure(ROW_BYTES + units * BYTES_PER_UNIT);
    this.int16(COLUMNS);
    this.uuid(record.id);
    this.timestamp(record.decidedAt);
    this.integer(record.modelId);
    this.integer(record.versionId);
    this.text(transactionId);
    this.text(record.inputs);
    this.double(record.probability);
    this.int32(2);
    this.int16(record.score);
    this.text(record.decision);
    this.int32(1);
    this.bytes[this.at++] = record.isFraud ? 1 : 0;
    this.document(reasons);
    this.document(warnings);
    this.text(record.decidedFor);
    this.integer(record.policyVersion);
  }

  private int16(value: number): void {
    this.view.setInt16(this.at, value);
    this.at += 2;
  }

  private int32(value: number): void {
    this.view.setInt32(this.at, value);
    this.at += 4;
  }

  private integer(value: number | null): void {
    this.int32(value === null ? NULL : 4);
    if (value !== null) this.int32(value);
  }

  private double(value: number): void {
    this.int32(8);
    this.view.setFloat64(this.at, value);
    this.at += 8;
  }

  private timestamp(milliseconds: number): void {
    const microseconds = (milliseconds - EPOCH) * 1_000;
    const high = Math.floor(microseconds / 2 ** 32);
    this.int32(8);
    this.int32(high);
    this.view.setUint32(this.at, microseconds - high * 2 ** 32);
    this.at += 4;
  }

  private uuid(id: string): void {
    this.int32(16);
    for (let from = 0; from < id.length; from += 2) {
      if (id.charCodeAt(from) === HYPHEN) from += 1;
      this.bytes[this.at++] = ((HEX[id.charCodeAt(from)] ?? 0) << 4) | (HEX[id.charCodeAt(from + 1)] ?? 0);
    }
  }

  private text(text: string | null): void {
    if (text === null) {
      this.int32(NULL);
      return;
    }
    const length = this.spell(text, this.at + 4);
    this.int32(length);
    this.at += length;
  }

  private document(json: string): void {
    const length = this.spell(json, this.at + 5);
    this.int32(length + 1);
    this.bytes[this.at++] = JSONB;
    this.at += length;
  }

  /** @returns the number of bytes */
  private spell(text: string, at: number): number {
    if (text.length > SHORT) return this.bytes.write(text, at);
    // For a few characters, the way into Node's own code and back takes longer than they do.
    for (let each = 0; each < text.length; each++) {
      const unit = text.charCodeAt(each);
      if (unit > LAST_OF_ONE_BYTE) return this.bytes.write(text, at);
      this.bytes[at + each] = unit;
    }
    return text.length;
  }

  private ensure(room: number): void {
    if (this.at + room <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.bytes.length, this.at + room));
    this.bytes.copy(larger, 0, 0, this.at);
    this.bytes = larger;
    this.view = viewOf(larger);
  }
}

function viewOf({ buffer, byteOffset, length }: Buffer): DataView {
  return new DataView(buffer, byteOffset, length);
}

function message(type: number, content: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head[0] = type;
  head.writeInt32BE(content.length + 4, 1);
  return Buffer.concat([head, content]);
}
