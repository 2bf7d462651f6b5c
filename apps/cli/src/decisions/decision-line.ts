import type { Decision, Finding } from '#policy';

const written = new WeakMap<Finding, string>();

/**
 * The line of one case, the same text as `JSON.stringify({ id, ...decision })`. Findings that are about no item are shared
 * by all decisions, so each is turned into text once: that is most of what a decision says.
 */
export function decisionLine(id: string, decision: Decision): string {
  const findings = decision.findings.map(findingText).join(',');
  const consentFrom = JSON.stringify(decision.consentFrom);
  const obligations = JSON.stringify(decision.obligations);
  return `{"id":${JSON.stringify(id)},"outcome":"${decision.outcome}","findings":[${findings}],"consentFrom":${consentFrom},"obligations":${obligations}}`;
}

function findingText(finding: Finding): string {
  if (finding.about.length > 0) return JSON.stringify(finding);
  let text = written.get(finding);
  if (text === undefined) written.set(finding, (text = JSON.stringify(finding)));
  return text;
}
