import { randomBytes } from 'node:crypto';
import type { TargetConfig } from '../config/target-config.js';
import { reading } from '../saga/call.js';
import type { ApplicationControl } from '../solutions/ports/application-control.js';
import type { ConfigObjects } from '../solutions/ports/config-objects.js';
import type { ConfigSecurity } from '../solutions/ports/config-security.js';
import { BridgeApplicationControl } from './bridge/bridge-application-control.js';
import { BridgeClient } from './bridge/bridge-client.js';
import { BridgeConfigSecurity } from './bridge/bridge-config-security.js';
import { probeBridge } from './bridge/bridge-health.js';
import { GwsClient } from './gws/gws-client.js';
import { GwsConfigObjects } from './gws/gws-config-objects.js';
import type { TargetHttp } from './http/target-http.js';

/** A port of one target, with a cheap question that shows whether it can be used. */
export interface Driven<Port> {
  readonly port: Port;
  /** @throws CallError */
  probe(): Promise<void>;
}

type Build<Settings, Port> = (http: TargetHttp, settings: Settings, config: TargetConfig) => Driven<Port>;

/** The list of drivers: a new target system is a folder and a line here. */
export const drivers: {
  readonly objects: {
    readonly [D in TargetConfig['objects']['driver']]: Build<TargetConfig['objects'], ConfigObjects>;
  };
  readonly security: {
    readonly [D in TargetConfig['security']['driver']]: Build<TargetConfig['security'], ConfigSecurity>;
  };
  readonly control: {
    readonly [D in TargetConfig['control']['driver']]: Build<TargetConfig['control'], ApplicationControl>;
  };
} = {
  objects: { gws: gwsObjects },
  security: { bridge: bridgeSecurity },
  control: { bridge: bridgeControl },
};

function gwsObjects(
  http: TargetHttp,
  settings: TargetConfig['objects'],
  config: TargetConfig,
): Driven<ConfigObjects> {
  const client = new GwsClient(http, { ...settings, conventions: config.conventions }, Date.now);
  const port = new GwsConfigObjects(client, config.conventions, newPassword);
  return {
    port,
    probe: async () => {
      await port.find(reading, 'tenant', { name: 'Environment' });
    },
  };
}

function bridgeSecurity(http: TargetHttp, settings: TargetConfig['security']): Driven<ConfigSecurity> {
  const client = new BridgeClient(http, settings, Date.now);
  return { port: new BridgeConfigSecurity(client), probe: () => probeBridge(client, 'configurationServer') };
}

function bridgeControl(http: TargetHttp, settings: TargetConfig['control']): Driven<ApplicationControl> {
  const client = new BridgeClient(http, settings, Date.now);
  return {
    port: new BridgeApplicationControl(client),
    probe: () => probeBridge(client, 'solutionControlServer'),
  };
}

/** 32 random bytes that nobody keeps; the last four characters satisfy sites that ask for every class of character. */
function newPassword(): string {
  return `${randomBytes(32).toString('base64url')}aA1!`;
}
