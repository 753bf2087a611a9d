import { type Markup, markup } from './markup.js';
import { type Area, rounded } from './plot.js';

export type Point = readonly [x: number, y: number];

/** A line through points, in the order they come. */
export function line(area: Area, points: readonly Point[], kind: string): Markup {
  const path = points.map(([x, y]) => `${area.x(x)} ${area.y(y)}`).join('L');
  return path === '' ? markup`` : markup`<path class="line ${kind}" d="M${path}"/>`;
}

export function dot(area: Area, [x, y]: Point, kind: string): Markup {
  return markup`<circle class="dot ${kind}" cx="${area.x(x)}" cy="${area.y(y)}" r="4.5"/>`;
}

/** A level across the whole plot, named above its left end. */
export function level(area: Area, y: number, text: string): Markup {
  const at = area.y(y);
  // Above the line, but for one at the very top.
  const label = at - 5 < area.top + 8 ? at + 14 : at - 5;
  return markup`<path class="level" d="M${area.left} ${at}H${area.right}"/><text class="note" x="${area.left + 4}" y="${rounded(label)}">${text}</text>`;
}

/** A line from top to bottom at a value of the x axis, named beside its upper or its lower end. */
export function cut(area: Area, x: number, kind: string, text: string, end: 'top' | 'bottom'): Markup {
  const at = area.x(x);
  // Names of two cut-offs turn away from each other, while there is room.
  const room = end === 'top' ? area.right - at : at - area.left;
  const toTheRight = (end === 'top') === room > LABEL_ROOM;
  const y = end === 'top' ? area.top + 12 : area.bottom - 7;
  return markup`<path class="cut ${kind}" d="M${at} ${area.top}V${area.bottom}"/><text class="note" x="${rounded(toTheRight ? at + 5 : at - 5)}" y="${y}" text-anchor="${toTheRight ? 'start' : 'end'}">${text}</text>`;
}

const LABEL_ROOM = 110;

/** From one value of the y axis to another: what is uncertain about a point. */
export function whisker(area: Area, x: number, [low, high]: Point): Markup {
  return markup`<path class="whisker" d="M${area.x(x)} ${area.y(low)}V${area.y(high)}"/>`;
}
