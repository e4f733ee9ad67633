import { randomBytes } from 'node:crypto';
import type { BridgeSettings, TargetConfig } from '../config/target-config.js';
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
import { ManualApplicationControl } from './manual/manual-application-control.js';
import { ManualConfigSecurity } from './manual/manual-config-security.js';

/** A port of one target, with a cheap question that shows whether it can be used. */
export interface Driven<Port> {
  readonly port: Port;
  /** @throws CallError */
  probe(): Promise<void>;
}

type Build<Settings, Port> = (http: TargetHttp, settings: Settings, config: TargetConfig) => Driven<Port>;

/** Those over HTTP. */
type OverHttp<Channel extends 'security' | 'control'> = Exclude<TargetConfig[Channel]['driver'], 'manual'>;

/** The list of drivers: a new target system is a folder and a line here. */
export const drivers: {
  readonly objects: {
    readonly [D in TargetConfig['objects']['driver']]: Build<TargetConfig['objects'], ConfigObjects>;
  };
  readonly security: {
    readonly [D in OverHttp<'security'>]: Build<BridgeSettings, ConfigSecurity>;
  };
  readonly control: {
    readonly [D in OverHttp<'control'>]: Build<BridgeSettings, ApplicationControl>;
  };
} = {
  objects: { gws: gwsObjects },
  security: { bridge: bridgeSecurity },
  control: { bridge: bridgeControl },
};

/** Channels that are a person; what can be seen without one is seen through the objects. */
export const byHand = {
  security: (objects: ConfigObjects): ConfigSecurity => new ManualConfigSecurity(objects),
  control: (): ApplicationControl => new ManualApplicationControl(),
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

function bridgeSecurity(http: TargetHttp, settings: BridgeSettings): Driven<ConfigSecurity> {
  const client = new BridgeClient(http, settings, Date.now);
  return { port: new BridgeConfigSecurity(client), probe: () => probeBridge(client, 'configurationServer') };
}

function bridgeControl(http: TargetHttp, settings: BridgeSettings): Driven<ApplicationControl> {
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
