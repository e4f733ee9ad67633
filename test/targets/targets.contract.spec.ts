import { targetContract } from './contract.js';
import { startSimulatedTarget } from './simulated-target.js';

// The list of target systems. What nobody could confirm about the platform is turned one way and the other.
targetContract('the simulator as it starts', () => startSimulatedTarget({}));

targetContract('the simulator, wrapped and bare in the other way, without CSRF', () =>
  startSimulatedTarget(
    {
      csrf: false,
      membersSpelling: 'addedMemberIDs',
      membersIn: 'delta-access-group',
      memberItems: 'bare',
      groupAnnex: 'beside',
      scalarsInAnswers: 'numbers',
      aclOrder: 'reversed',
      membersWrapped: 'cfgID',
      connectionsWrapped: true,
      oneElementListsBare: true,
      emptyListsOmitted: true,
      tenantDbidsScalar: true,
      serverInfoMember: 'CfgServerInfo',
      filtersUnknownKey: 'ignored',
      filterWrongType: 'ignored',
      filterQuotesInside: 'refused',
      personDbidListsEveryone: true,
      permissionRefusal: '403/5',
    },
    {
      accessGroupMembers: 'addedMemberIDs',
      accessGroupMembersIn: 'delta-access-group',
      accessGroupMemberItems: 'bare',
      accessGroupAnnex: 'access-group',
    },
  ),
);

targetContract('the simulator, refusing CSRF tokens in JSON', () =>
  startSimulatedTarget({
    csrfRefusal: 'json',
    membersIn: 'CfgDeltaGroup',
    memberItems: 'wrapped',
    noMatch: 'not-found',
    manyWithMissing: 'refused',
    membersWrapped: 'CfgID',
    emptyListsOmitted: true,
    serverInfoMember: 'serverInfo',
    accountFiltersSingly: false,
    filterWrongType: 'empty',
    employeeIdScope: 'database',
  }),
);
