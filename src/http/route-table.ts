import { Injectable } from '@nestjs/common';

/** The routes as Fastify registers them, to tell a wrong method from a wrong path. */
@Injectable()
export class RouteTable {
  private readonly routes: { method: string; segments: string[] }[] = [];

  add(methods: string | readonly string[], url: string): void {
    if (url.includes('*')) return; // catch-alls of middleware and static files
    for (const method of [methods].flat()) this.routes.push({ method, segments: url.split('/') });
  }

  /** Methods offered at this path, without its query. */
  methodsAt(path: string): string[] {
    const segments = path.split('/');
    const here = this.routes.filter(
      (route) =>
        route.segments.length === segments.length &&
        route.segments.every((segment, i) =>
          segment.startsWith(':') ? segments[i] !== '' : segment === segments[i],
        ),
    );
    return [...new Set(here.map((route) => route.method))].sort();
  }
}
