import { type FastifyRequest } from 'fastify';

export const roles = ['viewer', 'agent', 'operator', 'admin'] as const;
export type Role = (typeof roles)[number];

/** Who makes a request. */
export interface Principal {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly Role[];
}

/** A request that has passed the guard. */
export interface SignedInRequest extends FastifyRequest {
  principal: Principal;
}

const includes: Readonly<Record<Role, readonly Role[]>> = {
  viewer: ['viewer'],
  agent: ['agent', 'viewer'],
  operator: ['operator', 'viewer'],
  admin: ['admin', 'operator', 'agent', 'viewer'],
};

/** Whether one of the wanted roles is held, directly or as part of a greater one. Pure. */
export function mayAct(held: readonly Role[], wanted: readonly Role[]): boolean {
  return held.some((role) => includes[role].some((part) => wanted.includes(part)));
}

/** As the audit names a person or a service. */
export function actorOf(principal: Principal): string {
  return `user:${principal.name}`;
}
