import { describe, expect, it } from '@jest/globals';
import { parsePostmasterPid } from './postmaster-pid.js';

const lines = ['4711', '/data', '1700000000', '5432', '', '127.0.0.1', '  1234   5', 'ready   ', ''];

describe('parsePostmasterPid', () => {
  it('reads the process id and the state', () => {
    expect(parsePostmasterPid(lines.join('\n'))).toEqual({ pid: 4711, ready: true });
    expect(parsePostmasterPid(lines.with(7, 'starting').join('\n'))).toEqual({ pid: 4711, ready: false });
    expect(parsePostmasterPid(lines.slice(0, 5).join('\n'))).toEqual({ pid: 4711, ready: false });
  });

  it('knows nothing from an empty file', () => {
    expect(parsePostmasterPid('')).toBeNull();
  });
});
