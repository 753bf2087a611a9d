import { type Markup, markup } from './markup.js';
import type { Scale } from './scale.js';

/** Drawn small, so that its text is still readable on a telephone. */
const WIDTH = 460;
const HEIGHT = 300;
const MARGIN = { left: 58, right: 24, top: 14, bottom: 46 };

export interface Axis {
  readonly label: string;
  readonly scale: Scale;
  readonly text: (tick: number) => string;
}

/** Turns values into places in a drawing, in its own units; y grows downwards. */
export interface Area {
  x(value: number): number;
  y(value: number): number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface Plot {
  /** Unlike any other on the page. */
  readonly id: string;
  readonly title: string;
  /** What there is to see, for who does not see it. */
  readonly description: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly marks: (area: Area) => readonly Markup[];
}

/** Two axes with a grid, and marks upon them. */
export function plot({ id, title, description, x, y, marks }: Plot): Markup {
  const area = areaOf(x.scale, y.scale);
  const columns = x.scale.ticks.map((tick) => {
    const at = area.x(tick);
    return markup`<path class="grid" d="M${at} ${area.top}V${area.bottom}"/><text class="tick" x="${at}" y="${area.bottom + 17}" text-anchor="middle">${x.text(tick)}</text>`;
  });
  const rows = y.scale.ticks.map((tick) => {
    const at = area.y(tick);
    return markup`<path class="grid" d="M${area.left} ${at}H${area.right}"/><text class="tick" x="${area.left - 7}" y="${rounded(at + 4)}" text-anchor="end">${y.text(tick)}</text>`;
  });
  const middle = (area.top + area.bottom) / 2;
  return drawing(
    { id, title, description, height: HEIGHT },
    markup`${columns}${rows}
<text class="axis" x="${(area.left + area.right) / 2}" y="${HEIGHT - 8}" text-anchor="middle">${x.label}</text>
<text class="axis" transform="translate(13 ${middle}) rotate(-90)" text-anchor="middle">${y.label}</text>
${marks(area)}`,
  );
}

export interface Drawing {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly height: number;
}

/** An SVG image as wide as all of them, that tells what it shows. */
export function drawing({ id, title, description, height }: Drawing, content: Markup): Markup {
  return markup`<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="${id}-title ${id}-desc">
<title id="${id}-title">${title}</title>
<desc id="${id}-desc">${description}</desc>
${content}
</svg>`;
}

/** The width of a drawing, and the part of it from `left` on that a scale spreads over. */
export function across(scale: Scale, left: number = MARGIN.left): (value: number) => number {
  return (value) => rounded(left + scale.place(value) * (WIDTH - MARGIN.right - left));
}

/** A tenth of a unit is finer than anyone sees. */
export function rounded(place: number): number {
  return Math.round(place * 10) / 10;
}

function areaOf(x: Scale, y: Scale): Area {
  const [top, bottom] = [MARGIN.top, HEIGHT - MARGIN.bottom];
  return {
    x: across(x),
    y: (value) => rounded(bottom - y.place(value) * (bottom - top)),
    left: MARGIN.left,
    right: WIDTH - MARGIN.right,
    top,
    bottom,
  };
}
