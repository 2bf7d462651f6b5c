import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

/**
 * Sentences for people are not asserted word by word, so changing one tells nothing about the tests.
 * What has no space (codes, rules, ids, names of fields) stays.
 */
const prose = {
  shouldIgnore(path) {
    if (path.isStringLiteral() && path.node.value.includes(' ')) return 'a sentence for people';
    if (path.isTemplateLiteral() && path.node.quasis.some(({ value }) => value.raw.includes(' ')))
      return 'a sentence for people';
    return undefined;
  },
};

export const strykerPlugins = [declareValuePlugin(PluginKind.Ignore, 'prose', prose)];
