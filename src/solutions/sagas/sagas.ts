import { change } from './change.saga.js';
import { offboarding } from './offboarding.saga.js';
import { onboarding } from './onboarding.saga.js';

/** Everything that can be done with a solution. */
export const sagas = [onboarding, change, offboarding] as const;
