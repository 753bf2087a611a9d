/** The arrows of the layout: apps → feature libs → database, common, config. */
const lib = (...names) => `^libs/(${names.join('|')})/`;

export default {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, path: '^libs/', pathNot: '\\.spec\\.ts$' }, to: {} },
    { name: 'libs-never-import-apps', severity: 'error', from: { path: '^libs/' }, to: { path: '^apps/' } },
    {
      name: 'no-test-in-product',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^test/' },
    },
    {
      name: 'only-through-the-face',
      comment: 'Another lib is imported as @app/<lib>, never by a file inside it.',
      severity: 'error',
      from: { path: '^(apps|libs)/([^/]+)/' },
      to: { path: '^libs/([^/]+)/src/(?!index\\.ts$)', pathNot: '^$1/$2/' },
    },
    {
      name: 'pure-libs-know-no-framework',
      severity: 'error',
      from: { path: lib('features', 'xgboost', 'simulator'), pathNot: '\\.spec\\.ts$' },
      to: { path: 'node_modules/(@nestjs|typeorm|pg|bull)/' },
    },
    {
      name: 'base-libs-know-no-feature',
      severity: 'error',
      from: { path: lib('config', 'common', 'database', 'embedded', 'features', 'metrics', 'xgboost', 'simulator') },
      to: { path: lib('auth', 'rate-limit', 'model-registry', 'scoring', 'training', 'health') },
    },
    {
      name: 'only-apps-import-compat',
      comment: 'The contracts of other systems lie over everything else; nothing lies over them.',
      severity: 'error',
      from: { path: '^libs/', pathNot: '^libs/compat/' },
      to: { path: lib('compat') },
    },
    {
      name: 'registry-knows-neither-side',
      severity: 'error',
      from: { path: lib('model-registry') },
      to: { path: lib('scoring', 'training') },
    },
    {
      name: 'scoring-and-training-apart',
      severity: 'error',
      from: { path: lib('scoring') },
      to: { path: lib('training') },
    },
    {
      name: 'training-and-scoring-apart',
      severity: 'error',
      from: { path: lib('training') },
      to: { path: lib('scoring') },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|node_modules)/' },
    enhancedResolveOptions: {
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js'],
    },
  },
};
