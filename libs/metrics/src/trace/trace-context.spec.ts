import { describe, expect, it } from '@jest/globals';
import { childOf, readTraceparent, writeTraceparent } from './trace-context.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

describe('readTraceparent', () => {
  it.each([
    ['a kept trace', `00-${TRACE}-${SPAN}-01`, true],
    ['one that is not kept', `00-${TRACE}-${SPAN}-00`, false],
    ['flags that it does not know', `00-${TRACE}-${SPAN}-ff`, true],
    ['a later version', `01-${TRACE}-${SPAN}-01`, true],
    ['a later version that goes on', `cc-${TRACE}-${SPAN}-01-what-the-future-brings`, true],
  ])('takes %s', (_, header, sampled) => {
    expect(readTraceparent(header)).toEqual({ traceId: TRACE, spanId: SPAN, sampled });
  });

  it.each([
    ['none', undefined],
    ['several', [`00-${TRACE}-${SPAN}-01`]],
    ['an empty one', ''],
    ['version ff', `ff-${TRACE}-${SPAN}-01`],
    ['a version 00 that goes on', `00-${TRACE}-${SPAN}-01-more`],
    ['a later version that goes on without a hyphen', `01-${TRACE}-${SPAN}-01more`],
    ['capitals', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
    ['a trace of zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['a span of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['too short a trace', `00-${TRACE.slice(1)}-${SPAN}-01`],
    ['what comes after a line break', `00-${TRACE}-${SPAN}-01\n`],
    ['no flags', `00-${TRACE}-${SPAN}`],
  ])('takes %s for nothing', (_, header) => {
    expect(readTraceparent(header)).toBeUndefined();
  });
});

describe('childOf', () => {
  it('stays in the trace, as a step of its own', () => {
    const parent = { traceId: TRACE, spanId: SPAN, sampled: true };
    const child = childOf(parent);
    expect(child).toEqual({ traceId: TRACE, spanId: expect.stringMatching(/^[\da-f]{16}$/), sampled: true });
    expect(child.spanId).not.toBe(SPAN);
    expect(readTraceparent(writeTraceparent(child))).toEqual(child);
  });

  it('begins a trace where there is none', () => {
    const first = childOf(undefined);
    expect(readTraceparent(writeTraceparent(first))).toEqual(first);
    expect(first.sampled).toBe(false);
    expect(childOf(undefined).traceId).not.toBe(first.traceId);
  });
});
