/** How much an `Accept` header wants a media type, 0 to 1: the most exact of its ranges says so. */
function qualityOf(accept: string, type: string): number {
  const ranges = accept.split(',').map((range) => {
    const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const quality = Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? 1);
    return { name, quality: Number.isNaN(quality) ? 1 : quality };
  });
  const wildcards = [type, `${type.slice(0, type.indexOf('/'))}/*`, '*/*'];
  const range = wildcards.flatMap((wildcard) => ranges.filter(({ name }) => name === wildcard))[0];
  return range?.quality ?? 0;
}

/** Whether a client that sent CSV rather has JSON back. Where both are as welcome, the answer is like the request. */
export function prefersJson(accept: string): boolean {
  return qualityOf(accept, 'application/json') > qualityOf(accept, 'text/csv');
}
