/** The first SVG image on a page whose title is so, as text. @throws Error where there is none */
export function svgOf(html: string, title: string): string {
  const image = html.split('<svg').find((each) => each.includes(`>${title}</title>`));
  if (image === undefined) throw new Error(`no image "${title}"`);
  return image.slice(0, image.indexOf('</svg>'));
}

/** The middles of all dots of a kind, in the order they were drawn. */
export function dotsOf(svg: string, kind: string): (readonly [x: number, y: number])[] {
  return [...svg.matchAll(new RegExp(`<circle class="dot ${kind}" cx="([-\\d.]+)" cy="([-\\d.]+)"`, 'g'))].map(
    ([, x, y]) => [Number(x), Number(y)],
  );
}

/** The points of the first path of a class, where it is drawn by absolute commands. */
export function pathOf(svg: string, kind: string): (readonly [x: number, y: number])[] {
  const [, path = ''] = new RegExp(`<path class="${kind}" d="([^"]*)"`).exec(svg) ?? [];
  return [...path.matchAll(/[ML]([-\d.]+) ([-\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
}

/** Where the ticks of the axes stand, by their text: across the first, upwards the second. */
export function ticksOf(svg: string): { readonly x: Map<string, number>; readonly y: Map<string, number> } {
  const all = [...svg.matchAll(/<text class="tick" x="([-\d.]+)" y="([-\d.]+)" text-anchor="(\w+)">([^<]*)</g)];
  const of = (anchor: string, place: (x: string, y: string) => number): Map<string, number> =>
    new Map(all.flatMap(([, x = '', y = '', at, text = '']) => (at === anchor ? [[text, place(x, y)]] : [])));
  // Text upwards stands a little below its line, so that its middle is on it.
  return { x: of('middle', Number), y: of('end', (_, y) => Number(y) - 4) };
}

/** The value at a place on a linear axis, by two of its ticks. */
export function valueAt(ticks: ReadonlyMap<string, number>, place: number, [a, b]: readonly [string, string]): number {
  const [from, to] = [ticks.get(a) ?? NaN, ticks.get(b) ?? NaN];
  const number = (text: string): number => Number(text.replace('−', '-'));
  return number(a) + ((place - from) / (to - from)) * (number(b) - number(a));
}
