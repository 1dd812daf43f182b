import { SetMetadata } from '@nestjs/common';
import { type Role } from './principal';

export const ACCESS = 'baton:access';
export type Access = 'open' | readonly Role[];

/** One of these roles (or a greater one) is needed. A route without any is for admins. */
export const Roles = (...wanted: Role[]): MethodDecorator & ClassDecorator => SetMetadata(ACCESS, wanted);

/** Open to everybody, signed in or not. */
export const Open = (): MethodDecorator & ClassDecorator => SetMetadata(ACCESS, 'open');
