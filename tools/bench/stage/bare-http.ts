/** The least a door can be: Nest on Fastify that takes a task and answers with one. Tells its address to its parent. */
import 'reflect-metadata';
import { Body, Controller, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';

@Controller('api')
class BareController {
  @Post('tasks')
  answer(@Body() body: object): object {
    return { id: '01a1fc3a-bc12-7075-ad02-a003af57958c', state: 'queued', ...body, createdAt: new Date() };
  }
}

@Module({ controllers: [BareController] })
class BareModule {}

async function main(): Promise<void> {
  const app = await NestFactory.create<NestFastifyApplication>(BareModule, new FastifyAdapter(), { logger: false });
  await app.listen(0, '127.0.0.1');
  process.send?.({ url: await app.getUrl() });
  process.on('disconnect', () => process.exit(0));
}

void main();
