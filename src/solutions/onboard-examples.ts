/**
 * Request bodies that do what their names say on the simulated platform as it starts (docs/simulator.md).
 * The explorer offers them under POST /v1/solutions.
 */
export const onboardExamples = {
  onboard: {
    summary: 'Completes: retail e-mail gets IxnServer_Retail and its backup',
    value: {
      target: 'lab',
      tenant: 'Environment',
      key: 'retail-email',
      displayName: 'Retail e-mail',
      interactionServer: 'IxnServer_Retail',
      businessProcesses: ['Retail Inbound', 'Retail Outbound'],
      externalReference: [{ name: 'RITM0010042', externalReferenceType: 'servicenow' }],
    },
  },
  'fails-half-way': {
    summary: 'Fails when its server does not come up with the new account, and is undone to the last entry',
    value: {
      target: 'lab',
      tenant: 'Environment',
      key: 'claims-chat',
      displayName: 'Claims chat',
      interactionServer: 'IxnServer_Claims',
      businessProcesses: ['Claims Intake', 'Claims Review'],
    },
  },
  'not-valid': {
    summary: 'Refused with every fault at once',
    value: {
      target: 'lab',
      tenant: ' ',
      key: 'Bank Chat',
      interactionServer: 'IxnServer_Bank',
      businessProcesses: ['Bank Chat', 'Bank Chat'],
      accessGroup: { name: 'bank-account', accessMask: '9' },
      colour: 'blue',
    },
  },
};
