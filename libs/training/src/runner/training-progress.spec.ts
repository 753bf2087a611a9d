import { describe, expect, it } from '@jest/globals';
import { overallProgress } from './training-progress.js';

describe('overallProgress', () => {
  it('grows from stage to stage, from 0 to 1', () => {
    const stages = ['queued', 'fetching', 'reading', 'training', 'evaluating', 'done'] as const;
    const course = stages.flatMap((stage) => [0, 0.5, 1].map((fraction) => overallProgress(stage, fraction)));
    expect(course).toEqual(course.toSorted((a, b) => a - b));
    expect(course[0]).toBe(0);
    expect(course.at(-1)).toBe(1);
  });

  it('goes on from where a search has ended', () => {
    const searched = overallProgress('searching', 1);
    expect(overallProgress('training', 0, searched)).toBe(searched);
    expect(overallProgress('training', 0.5, searched)).toBeGreaterThan(searched);
    expect(overallProgress('training', 1, searched)).toBeCloseTo(overallProgress('training', 1), 12);
  });

  it('stays within its stage', () => {
    expect(overallProgress('training', 7)).toBe(overallProgress('training', 1));
    expect(overallProgress('training', -7)).toBe(overallProgress('training', 0));
  });
});
