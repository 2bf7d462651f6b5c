import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

/** The folder's files that state rules. What an instrument says about itself, law.ts leaves alone: the specs hold it to the texts. */
const RULES = /libs\/treaties\/src\/instruments\/(?!.*\b(?:codes|index|reasons|referenced|undecided)\.ts$)/;

/**
 * Rules, terms and duties of the instruments are data, and law.ts changes them place by place: a rule or an element of a
 * list dropped, a cite altered, a word swapped, a boolean flipped. Emptying the literals that state them would say the same
 * once more, against specs that do not decide anything. Functions are code: they, and what contains one, stay.
 */
const lawLiterals = {
  shouldIgnore(path) {
    if (!RULES.test(path.hub?.file.opts.filename)) return undefined;
    if (path.getFunctionParent() !== null) return undefined;
    if (path.isStringLiteral() || path.isBooleanLiteral()) return 'law.ts changes it';
    if ((path.isArrayExpression() || path.isObjectExpression()) && !hasFunction(path))
      return 'law.ts changes it';
    return undefined;
  },
};

function hasFunction(path) {
  let found = false;
  path.traverse({
    Function(inner) {
      found = true;
      inner.stop();
    },
  });
  return found;
}

export const strykerPlugins = [declareValuePlugin(PluginKind.Ignore, 'lawLiterals', lawLiterals)];
