/**
 * Runs a library's specs for StrykerJS: jest-circus and Jest's expect, in one process, on one file made of the specs and the code that
 * they import. Jest itself makes a new world for every spec file of every fault, which is nearly all of its time. Every fault still has
 * its own modules, evaluated again: what one leaves in them is not there for the next.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import {
  determineHitLimitReached,
  DryRunStatus,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import { build } from 'esbuild';
import { jestExpect } from '@jest/expect';
import * as circus from 'jest-circus';

const TEST_TIMEOUT_MS = 60_000;
/** Specs of a library that stand elsewhere. */
const BESIDE = { exchange: ['test/simulator'] };
const { describe, it, test, beforeAll, beforeEach, afterAll, afterEach } = circus;
const stryker = (globalThis.__stryker__ ??= {});

class SpecRunner {
  /** Every run evaluates the modules again. */
  capabilities() {
    return { reloadEnvironment: true };
  }

  async init() {
    Object.assign(globalThis, {
      describe,
      it,
      test,
      beforeAll,
      beforeEach,
      afterAll,
      afterEach,
      expect: jestExpect,
    });
    this.bundle = await bundleOf(process.env.VALISE_MUTATED);
    this.runs = 0;
    /** Of each top block of tests: how long it takes, and how many faults it noticed. */
    this.known = new Map();
  }

  async dryRun() {
    stryker.mutantCoverage = { static: {}, perTest: {} };
    const tests = await this.#run({ bail: false });
    return { status: DryRunStatus.Complete, tests, mutantCoverage: stryker.mutantCoverage };
  }

  async mutantRun({ activeMutant, mutantActivation, testFilter, hitLimit, disableBail }) {
    Object.assign(stryker, {
      hitLimit,
      hitCount: hitLimit === undefined ? undefined : 0,
      activeMutant: undefined,
    });
    const activate = () => (stryker.activeMutant = activeMutant.id);
    if (mutantActivation === 'static') activate();
    const tests = await this.#run({ bail: !disableBail, filter: testFilter, loaded: activate });
    const overrun = determineHitLimitReached(stryker.hitCount, stryker.hitLimit);
    stryker.activeMutant = undefined;
    return overrun ?? toMutantRunResult({ status: DryRunStatus.Complete, tests });
  }

  /** @returns the results of the tests that were run; a file that cannot be evaluated is a test that failed */
  async #run({ bail, filter, loaded }) {
    circus.resetState();
    circus.getState().testTimeout = TEST_TIMEOUT_MS;
    this.runs += 1;
    try {
      await import(`${this.bundle}?run=${this.runs}`);
    } catch (thrown) {
      return [failed('evaluation', String(thrown?.stack ?? thrown), 0)];
    }
    loaded?.();
    const root = circus.getState().rootDescribeBlock;
    if (filter) only(root, new Set(filter));
    this.#sort(root);
    const watch = (event) => {
      if (event.name === 'test_start') stryker.currentTestId = idOf(event.test);
      if (event.name === 'test_done') stryker.currentTestId = undefined;
      if (event.name === 'test_done' && bail && event.test.errors.length > 0)
        skip(circus.getState().rootDescribeBlock);
    };
    circus.addEventHandler(watch);
    try {
      const { testResults, unhandledErrors } = await circus.run();
      const results = testResults.flatMap((result) => resultOf(result) ?? []);
      for (const result of testResults) this.#learn(result);
      return unhandledErrors.length > 0
        ? [...results, failed('outside', unhandledErrors.join('\n'), 0)]
        : results;
    } finally {
      circus.removeEventHandler(watch);
      stryker.currentTestId = undefined;
    }
  }

  #learn({ testPath, status, errors, duration }) {
    if (status === 'skip' || status === 'todo') return;
    const top = testPath[1];
    const known = this.known.get(top) ?? { ms: 0, runs: 0, kills: 0 };
    known.ms += duration ?? 0;
    known.runs += 1;
    if (errors.length > 0) known.kills += 1;
    this.known.set(top, known);
  }

  /** What is likely to notice a fault soon comes first: a run ends with the first test that fails. */
  #sort(root) {
    const worth = ({ name }) => {
      const { ms, runs, kills } = this.known.get(name) ?? { ms: 0, runs: 0, kills: 0 };
      return (kills + 1) / (ms + runs + 1);
    };
    const sorted = root.children.map((child) => [worth(child), child]).sort(([one], [other]) => other - one);
    root.children.splice(0, root.children.length, ...sorted.map(([, child]) => child));
  }
}

function resultOf({ testPath, status, errors, duration }) {
  if (status === 'skip' || status === 'todo') return undefined;
  const id = testPath.slice(1).join(' ');
  if (errors.length > 0) return failed(id, errors.join('\n'), duration ?? 0);
  return { id, name: id, status: TestStatus.Success, timeSpentMs: duration ?? 0 };
}

function failed(id, failureMessage, timeSpentMs) {
  return { id, name: id, status: TestStatus.Failed, failureMessage, timeSpentMs };
}

function idOf(test) {
  const names = [test.name];
  for (let block = test.parent; block.parent; block = block.parent) names.unshift(block.name);
  return names.join(' ');
}

/** Leaves out tests that do not reach the fault, and blocks of which none is left, with what they prepare. @returns whether any is left */
function only(block, ids) {
  let any = false;
  for (const child of block.children) {
    const kept = child.type === 'describeBlock' ? only(child, ids) : ids.has(idOf(child));
    if (!kept) child.mode = 'skip';
    any ||= kept;
  }
  return any;
}

/** Leaves out all that has not begun. */
function skip(block) {
  for (const child of block.children) {
    child.mode = 'skip';
    if (child.type === 'describeBlock') skip(child);
  }
}

/** One file of all specs of a library and our code below them; what is installed is loaded once. */
async function bundleOf(library) {
  const root = process.cwd();
  const specs = [`libs/${library}`, ...(BESIDE[library] ?? [])].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true })
      .filter((name) => name.endsWith('.spec.ts'))
      .map((name) => `${folder}/${name}`)
      .toSorted(),
  );
  const file = join(root, `.specs-${process.pid}.mjs`);
  const { outputFiles } = await build({
    stdin: {
      contents: specs.map((spec) => `import './${spec}';`).join('\n'),
      resolveDir: root,
      loader: 'js',
    },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['valise-source'],
    plugins: [installed, located],
    logLevel: 'silent',
  });
  writeFileSync(file, outputFiles[0].contents);
  return pathToFileURL(file).href;
}

/** Packages are not ours to bundle. */
const installed = {
  name: 'installed',
  setup(plugin) {
    plugin.onResolve({ filter: /^[^.#/]/ }, ({ path, kind }) =>
      kind === 'entry-point' ? undefined : { path, external: true },
    );
  },
};

/** In one file each module still finds what lies beside it. */
const located = {
  name: 'located',
  setup(plugin) {
    plugin.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const contents = text
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
        .replaceAll('import.meta.dirname', JSON.stringify(join(path, '..')));
      return { contents, loader: 'ts' };
    });
  },
};

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'specs', SpecRunner)];
