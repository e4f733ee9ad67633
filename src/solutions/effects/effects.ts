import { AclEntryEffect } from './acl-entry.effect.js';
import { CreateAccessGroupEffect } from './create-access-group.effect.js';
import { CreatePersonEffect } from './create-person.effect.js';
import { DeleteObjectEffect } from './delete-object.effect.js';
import { MembershipEffect } from './membership.effect.js';
import { UpdateObjectEffect } from './update-object.effect.js';
import { ServerAccountEffect } from './server-account.effect.js';
import { ServerStateEffect } from './server-state.effect.js';
import { SwitchOverEffect } from './switch-over.effect.js';

/** Every effect on a Genesys target; which of them does an action is found by its kind and its object's type. */
export const effects = [
  CreateAccessGroupEffect,
  CreatePersonEffect,
  AclEntryEffect,
  MembershipEffect,
  ServerAccountEffect,
  ServerStateEffect,
  SwitchOverEffect,
  UpdateObjectEffect,
  DeleteObjectEffect,
] as const;
