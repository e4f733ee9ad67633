import { PROBLEMS, type ProblemCode } from '../problems.js';
import type { Finding } from '../saga/action.js';

/** A finding with the words of its page: why it matters and what to do about it. */
export interface ExplainedFinding extends Finding {
  readonly title: string;
  readonly why: string;
  readonly remedy: string;
}

export function explained(finding: Finding): ExplainedFinding {
  const page = Object.hasOwn(PROBLEMS, finding.code) ? PROBLEMS[finding.code as ProblemCode] : undefined;
  return {
    ...finding,
    title: page?.title ?? finding.code,
    why: page?.means ?? '',
    remedy: page?.remedy ?? '',
  };
}
