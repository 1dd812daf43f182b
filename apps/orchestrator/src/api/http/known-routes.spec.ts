import { fastify } from 'fastify';
import { KnownRoutes } from './known-routes';

test('tells the methods of a path, whatever its parameters, and nothing for an unknown one', async () => {
  const app = fastify();
  const routes = new KnownRoutes();
  routes.watch(app);
  app.get('/api/tasks/:id', () => 'one');
  app.post('/api/tasks', () => 'new');
  await app.ready();
  expect(routes.methodsOf('/api/tasks/7?x=1')).toEqual(['GET', 'HEAD']);
  expect(routes.methodsOf('/api/tasks')).toEqual(['POST']);
  expect(routes.methodsOf('/api/tasks/7/8')).toEqual([]);
  expect(routes.all()).toContain('POST /api/tasks');
  await app.close();
});
