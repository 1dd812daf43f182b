import { type FastifyInstance } from 'fastify';

/** Which methods a path answers to, so that the wrong method is told from the wrong path. */
export class KnownRoutes {
  private readonly routes: { readonly url: string; readonly pattern: RegExp; readonly methods: ReadonlySet<string> }[] =
    [];

  watch(fastify: FastifyInstance): void {
    fastify.addHook('onRoute', ({ url, method }) => {
      const pattern = url.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:[A-Za-z]+/g, '[^/]+');
      this.routes.push({ url, pattern: new RegExp(`^${pattern}/?$`), methods: new Set([method].flat()) });
    });
  }

  /** Methods this path is there for; empty when it is not there at all. */
  methodsOf(url: string): string[] {
    const [path = ''] = url.split('?');
    const found = this.routes.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => [...methods]);
    return [...new Set(found)].sort();
  }

  /** `GET /api/tasks/:id`, for each route and method. */
  all(): string[] {
    return this.routes.flatMap(({ url, methods }) => [...methods].map((method) => `${method} ${url}`));
  }
}
