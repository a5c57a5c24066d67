import type { IForbiddenRuleType } from 'dependency-cruiser'
import { mayUse, pureFiles } from './module-graph.ts'

const test = String.raw`\.test\.ts$`
/** The file named as its module puts the module together, where that is too much for its index.ts. */
const wiring = Object.keys(mayUse)
  .map((name) => `^src/modules/${name}/${name}\\.ts$`)
  .join('|')
/** What can be started. */
const programs = String.raw`^src/(?:main|worker|migrate|commands/[^/]+)\.ts$`
const pure = pureFiles.map((file) => `^${file}$`)

/** The table as rules: a module reaches only the modules it may use, and only by their `index.ts`. */
const edges: IForbiddenRuleType[] = Object.entries(mayUse).map(([module, used]) => ({
  name: `${module}-uses-only-what-it-may`,
  comment: `${module} may use ${used.length > 0 ? used.join(', ') : 'no other module'} (tools/module-graph.ts).`,
  severity: 'error',
  from: { path: `^src/modules/${module}/`, pathNot: test },
  to: { path: '^src/modules/', pathNot: [module, ...used].map((name) => `^src/modules/${name}/`) },
}))

const unlisted: IForbiddenRuleType = {
  name: 'every-module-is-in-the-table',
  comment: 'A new module starts with a row in tools/module-graph.ts.',
  severity: 'error',
  from: {},
  to: { path: '^src/modules/[^/]+/', pathNot: Object.keys(mayUse).map((name) => `^src/modules/${name}/`) },
}

const boundaries: IForbiddenRuleType[] = [
  {
    name: 'modules-meet-at-index',
    comment: 'A module is what its index.ts exports.',
    severity: 'error',
    from: { path: '^src/modules/([^/]+)/', pathNot: test },
    to: { path: '^src/modules/[^/]+/.', pathNot: ['^src/modules/$1/', '^src/modules/[^/]+/index\\.ts$'] },
  },
  {
    name: 'roots-use-index',
    comment: 'main, app and config wire modules by their index.ts.',
    severity: 'error',
    from: { path: '^src/[^/]+\\.ts$', pathNot: test },
    to: { path: '^src/modules/[^/]+/.', pathNot: '^src/modules/[^/]+/index\\.ts$' },
  },
  {
    name: 'platform-knows-no-module',
    severity: 'error',
    from: { path: '^src/platform/', pathNot: test },
    to: { path: '^src/', pathNot: '^src/platform/' },
  },
  {
    name: 'modules-know-no-root',
    comment: 'The composition root passes things down; nothing reaches up to it.',
    severity: 'error',
    from: { path: '^src/modules/', pathNot: test },
    to: { path: '^src/[^/]+\\.ts$' },
  },
  {
    name: 'src-stands-alone',
    comment: 'What runs in production imports no test, no tool and no development dependency.',
    severity: 'error',
    from: { path: '^src/', pathNot: test },
    to: { path: ['^(?:test|tools|benchmarks)/', test] },
  },
]

const layers: IForbiddenRuleType[] = [
  {
    name: 'routes-call-use-cases',
    comment: 'route → use case → queries.',
    severity: 'error',
    from: { path: '-routes\\.ts$' },
    to: { path: '(?:-queries|challenge-store)\\.ts$' },
  },
  {
    name: 'only-index-mounts-routes',
    severity: 'error',
    from: { path: '^src/modules/', pathNot: ['/index\\.ts$', wiring, test] },
    to: { path: '-routes\\.ts$' },
  },
  {
    name: 'only-routes-know-http',
    comment: 'A use case is a plain function: no Fastify in it. index.ts or <module>.ts hands the routes on.',
    severity: 'error',
    from: { path: '^src/modules/', pathNot: ['-(?:routes|schemas)\\.ts$', '/index\\.ts$', wiring, test] },
    to: { path: 'node_modules/@?fastify/' },
  },
  {
    name: 'providers-stay-thin',
    comment: "A provider knows its vendor's wire. Retries, logs, metrics and storage belong to the core.",
    severity: 'error',
    from: { path: '^src/modules/.+/providers/([a-z0-9]+)', pathNot: ['/index\\.ts$', test] },
    to: {
      pathNot: [
        '^src/modules/.+-provider\\.ts$',
        '^src/modules/.+/providers/$1-(?:receipt|failure|event|entity)\\.ts$',
        '^src/platform/config/(?:section|secret)\\.ts$',
        '^src/platform/http/client\\.ts$',
        '^src/platform/(?:phone|money|same-text|observability/mask)\\.ts$',
        '^(?:node:)?crypto$',
        'node_modules/(?:typebox|nodemailer|stripe)/',
      ],
    },
  },
  {
    name: 'pure-files-import-pure-files',
    comment: 'Listed in tools/module-graph.ts. A type does nothing at run time, so any file may lend one.',
    severity: 'error',
    from: { path: pure, pathNot: test },
    to: { pathNot: [...pure, 'node_modules/libphonenumber-js/'], dependencyTypesNot: ['type-only'] },
  },
]

const soundness: IForbiddenRuleType[] = [
  { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
  { name: 'no-unresolvable-imports', severity: 'error', from: {}, to: { couldNotResolve: true } },
  {
    name: 'main-needs-every-file',
    comment: 'A file that no program reaches is dead or belongs to the tests.',
    severity: 'error',
    from: { path: programs },
    to: {
      path: '^src/',
      pathNot: [test, programs],
      reachable: false,
    },
  },
  {
    name: 'production-packages-only',
    comment: 'pino-pretty is asked for at run time and may be missing.',
    severity: 'error',
    from: { path: '^src/', pathNot: test },
    to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], pathNot: 'node_modules/pino-pretty/' },
  },
]

/** What is forbidden between files, for dependency-cruiser. */
export const moduleRules: readonly IForbiddenRuleType[] = [...edges, unlisted, ...boundaries, ...layers, ...soundness]
