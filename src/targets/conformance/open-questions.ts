import type { CheckedFact } from './fact.js';

/** Open questions that no check settles, and where each shows. */
const questions: readonly (Omit<CheckedFact, 'verdict' | 'source'> & { readonly source?: string })[] = [
  {
    id: 'way-of-writing',
    channel: 'security',
    text: 'How this site wants access lists and accounts written.',
    questions: [2],
    found: 'the site decides it with the driver of "security" in the targets file',
  },
  {
    id: 'minimum-rights',
    channel: 'security',
    text: 'The account of an Interaction Server needs, besides its Business Processes, what baseAccessGroups, requiredReads and its connections name.',
    questions: [3],
    found: 'shows when the first server of a lab runs under an account of its own',
  },
  {
    id: 'designer-writes',
    channel: 'security',
    text: 'Interaction Routing Designer writes Read and Execute for an account, and for the Business Process only.',
    questions: [4],
    found: 'compare the access lists of a Business Process before and after its association in the designer',
  },
  {
    id: 'running-server-notices',
    channel: 'control',
    text: 'A running server notices a new account at a restart at the latest: we always restart.',
    questions: [8],
    found: 'shows on a server of a lab that runs',
  },
  {
    id: 'pair-checked-at-start',
    channel: 'control',
    text: 'A server of a pair starts while the account of the other differs.',
    questions: [9],
    found: 'shows at the first onboarding of a pair on a lab; nothing of this check is ever started',
  },
  {
    id: 'state-eight',
    channel: 'control',
    text: 'A server in state 8 (service unavailable) is stopped before it is started.',
    questions: [16],
    found: 'shows on a server of a lab in that state',
  },
  {
    id: 'switch-over',
    channel: 'control',
    text: 'A switch-over of who is primary already is refused or does nothing, and one ends within the time-outs of the pair.',
    questions: [16],
    found: 'shows at the first rolling onboarding of a pair on a lab; nothing of this check is ever switched',
  },
];

export const neverChecked: readonly CheckedFact[] = questions.map((question) => ({
  source: 'not documented',
  verdict: 'unknown',
  ...question,
}));
