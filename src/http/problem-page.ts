import { PROBLEMS, type ProblemCode } from '../problems.js';
import { problemDocument } from './problem-document.js';
import { AppError } from '../errors.js';

export const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(PROBLEMS, code);

/** The page of a code under docs/problems. */
export function problemMarkdown(code: ProblemCode): string {
  const { title, means, remedy } = PROBLEMS[code];
  return `# ${title}\n\n\`${code}\` · ${facts(code)}\n\n${means}\n\n**What to do.** ${remedy}\n`;
}

/** The same for a browser: the address in `type` of a problem document. */
export function problemHtml(code: ProblemCode): string {
  const { title, means, remedy } = PROBLEMS[code];
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${escape(title)}</title></head>
<body>
<h1>${escape(title)}</h1>
<p><code>${code}</code> · ${facts(code)}</p>
<p>${withCode(means)}</p>
<p><strong>What to do.</strong> ${withCode(remedy)}</p>
</body>
</html>
`;
}

function facts(code: ProblemCode): string {
  const { status, retryable } = problemDocument(new AppError(code, ''));
  return `HTTP ${status} · ${retryable ? 'may be asked again later' : 'the same request fails again'}`;
}

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const withCode = (text: string): string => escape(text).replace(/`([^`]*)`/g, '<code>$1</code>');
