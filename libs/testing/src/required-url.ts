/** The address of a service tests run against; the integration project's set-up provides it when nobody else does. */
export function requiredUrl(name: 'MESSAGE_QUEUE_URL' | 'DATABASE_URL'): string {
  const url = process.env[name];
  if (!url)
    throw new Error(`${name} is not set. Run this spec in the jest project "integration", which starts the services.`);
  return url;
}
