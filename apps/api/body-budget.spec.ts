import { describe, expect, it } from '@jest/globals';
import { BodyBudget } from './body-budget.js';

describe('BodyBudget', () => {
  it('gives what there is, and no more', () => {
    const budget = new BodyBudget(10);
    expect(budget.share().growTo(6)).toBe(true);
    expect(budget.share().growTo(5)).toBe(false);
    expect(budget.share().growTo(4)).toBe(true);
    expect(budget.share().growTo(1)).toBe(false);
  });

  it('has again what was given back, once', () => {
    const budget = new BodyBudget(10);
    const [first, second, third] = [budget.share(), budget.share(), budget.share()];
    expect(first.growTo(5) && second.growTo(5)).toBe(true);
    first.release();
    first.release();
    expect(third.growTo(6)).toBe(false);
    expect(third.growTo(5)).toBe(true);
  });

  it('lets a share grow by what is still there, and counts its own bytes once', () => {
    const budget = new BodyBudget(10);
    const [growing, other] = [budget.share(), budget.share()];
    expect(other.growTo(2)).toBe(true);
    expect(growing.growTo(4)).toBe(true);
    expect(growing.growTo(8)).toBe(true);
    expect(growing.growTo(9)).toBe(false);
    growing.release();
    expect(other.growTo(10)).toBe(true);
  });

  it('takes one that is larger than all of it, alone', () => {
    const budget = new BodyBudget(10);
    const large = budget.share();
    expect(large.growTo(16)).toBe(true);
    expect(budget.share().growTo(1)).toBe(false);
    large.release();
    const small = budget.share();
    expect(small.growTo(1)).toBe(true);
    expect(budget.share().growTo(16)).toBe(false);
  });

  it('gives nothing to who has left', () => {
    const budget = new BodyBudget(10);
    const gone = budget.share();
    gone.release();
    expect(gone.growTo(5)).toBe(false);
    expect(budget.share().growTo(10)).toBe(true);
  });
});
