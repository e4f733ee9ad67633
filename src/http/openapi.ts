import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';

export interface OpenApiOptions {
  readonly version: string;
  /** A last hand on the document: examples, webhooks. */
  readonly patch?: (document: OpenAPIObject) => OpenAPIObject;
}

/** The OpenAPI 3.1 document of all controllers. */
export function openApiDocument(app: NestFastifyApplication, options: OpenApiOptions): OpenAPIObject {
  const settings = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Solution onboarding')
    .setDescription(
      'Gives each contact-centre solution its own Genesys Interaction Server, as one durable command.',
    )
    .setVersion(options.version)
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key' }, 'api-key')
    .addSecurityRequirements('api-key')
    .build();
  const document = SwaggerModule.createDocument(app, settings);
  return options.patch?.(document) ?? document;
}

/** `/openapi.json` and the explorer at `/docs`, whose files come from node_modules: it works without internet. */
export function setUpOpenApi(app: NestFastifyApplication, options: OpenApiOptions): OpenAPIObject {
  const document = openApiDocument(app, options);
  // The page's links are relative: below a slash they would lead nowhere.
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', async (request, reply) => {
    if (request.url === '/docs/') await reply.redirect('/docs');
  });
  SwaggerModule.setup('docs', app, document, {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: 'Solution onboarding',
    swaggerOptions: {
      validatorUrl: null,
      tryItOutEnabled: true,
      displayRequestDuration: true,
      docExpansion: 'list',
    },
  });
  return document;
}
