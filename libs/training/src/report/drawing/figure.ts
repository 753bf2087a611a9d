import { type Markup, markup } from './markup.js';

export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly (string | Markup)[])[];
}

/** A drawing with what it says in words, and its numbers. */
export function figureOf(heading: string, drawing: Markup, caption: Markup, numbers: Table): Markup {
  return markup`<figure>
<h3>${heading}</h3>
<div>${drawing}</div>
<figcaption><p>${caption}</p><details><summary>Numbers</summary>${table(numbers)}</details></figcaption>
</figure>`;
}

/** A table whose first column names its rows. */
export function table({ head, rows }: Table): Markup {
  const body = rows.map(
    ([name = '', ...cells]) =>
      markup`<tr><th scope="row">${name}</th>${cells.map((cell) => markup`<td>${cell}</td>`)}</tr>\n`,
  );
  return markup`<div class="scroll"><table>
<thead><tr>${head.map((cell) => markup`<th scope="col">${cell}</th>`)}</tr></thead>
<tbody>${body}</tbody>
</table></div>`;
}

/** A part of the page. */
export function section(heading: string, content: Markup | readonly Markup[]): Markup {
  return markup`<section>
<h2>${heading}</h2>
${content}
</section>
`;
}

/** Said instead of a drawing where there is nothing to draw. */
export function nothing(text: string): Markup {
  return markup`<p class="none">${text}</p>`;
}
