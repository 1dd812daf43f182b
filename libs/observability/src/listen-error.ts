import { ConfigurationError } from './environment';

/** A listener that cannot start, as an error that names the variable its port comes from. */
export function listenError(variable: string, port: number, error: Error): Error {
  const { code } = error as { code?: string };
  if (code === 'EADDRINUSE') {
    const advice = 'stop what listens there, set another port, or 0 for any free one';
    return new ConfigurationError([`${variable}: port ${port} is in use: ${advice}`]);
  }
  if (code === 'EACCES') {
    return new ConfigurationError([`${variable}: port ${port} may not be used by this account: choose one above 1023`]);
  }
  if (code === 'EADDRNOTAVAIL')
    return new ConfigurationError([`${variable}: the listen address is not of this machine`]);
  return error;
}
