import { Global, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { Config } from '../config/config.js';
import { Database } from '../database/database.js';
import { HttpModule } from '../http/http.module.js';
import { openApiDocument } from '../http/openapi.js';
import { openApiOptions } from './openapi.js';
import { controllers } from './interface.module.js';

/** Stands in for everything that a controller needs: it is never asked for anything. */
const unused = [CommandBus, QueryBus, Config, Database].map((token) => ({ provide: token, useValue: {} }));

@Global()
@Module({ providers: unused, exports: unused })
class Unused {}

@Module({ imports: [Unused, HttpModule], controllers })
class Interface {}

/** The OpenAPI document without a service: no database, no target, no port. For docs/openapi.json. */
export async function describeInterface(): Promise<OpenAPIObject> {
  const options = { logger: false, abortOnError: false } as const;
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest's options are a class in name only
  const app = await NestFactory.create<NestFastifyApplication>(Interface, new FastifyAdapter(), options);
  return openApiDocument(app, openApiOptions);
}
