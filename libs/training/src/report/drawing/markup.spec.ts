import { describe, expect, it } from '@jest/globals';
import { Markup, markup } from './markup.js';

describe('markup', () => {
  it('escapes what ends a text or a quoted attribute', () => {
    const text = `<script>"a" & 'b'</script>`;
    expect(markup`<p title="${text}">${text}</p>`.text).toBe(
      '<p title="&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;&lt;/script&gt;">' +
        '&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;&lt;/script&gt;</p>',
    );
  });

  it('takes markup as it is, one or many, numbers, and null for nothing', () => {
    const cells = ['a', '<'].map((cell) => markup`<td>${cell}</td>`);
    expect(markup`${new Markup('<tr>')}${cells}${null}${1.5}`.text).toBe('<tr><td>a</td><td>&lt;</td>1.5');
  });

  it('leaves a backslash alone', () => {
    expect(markup`${'C:\\data\\new'}`.text).toBe('C:\\data\\new');
  });
});
