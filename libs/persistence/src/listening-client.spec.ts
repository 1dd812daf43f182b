import { Client } from 'pg';
import { ListeningClient } from './listening-client';

const late = new Error('terminating connection due to unexpected postmaster exit');

test('an error after its statements failed already does not end the process', () => {
  expect(() => new Client({}).emit('error', late)).toThrow('terminating connection');
  expect(() => new ListeningClient({}).emit('error', late)).not.toThrow();
});
