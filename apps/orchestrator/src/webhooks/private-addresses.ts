import { lookup, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Never: where clouds keep the credentials of their machines. */
const linkLocal = new BlockList();
linkLocal.addSubnet('169.254.0.0', 16);
linkLocal.addSubnet('fe80::', 10, 'ipv6');

const inner = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const)
  inner.addSubnet(network, bits);
for (const [network, bits] of [
  ['::', 127],
  ['fc00::', 7],
  ['ff00::', 8],
] as const)
  inner.addSubnet(network, bits, 'ipv6');

/** Whether webhooks may be sent there; `allowPrivate`: also to this machine and its network. Pure. */
export function mayReach(address: string, allowPrivate: boolean): boolean {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  return !linkLocal.check(address, family) && (allowPrivate || !inner.check(address, family));
}

/** Why this host, an address as it stands in a URL, may not be told; undefined for names: see `safeLookup`. Pure. */
export function hostFlaw(hostname: string, allowPrivate: boolean): string | undefined {
  const address = hostname.replace(/^\[|\]$/g, '');
  if (isIP(address) === 0 || mayReach(address, allowPrivate)) return undefined;
  return flawOf(address);
}

/**
 * Resolves names for a connection and refuses addresses that may not be reached: the one that was looked at is the one
 * that is connected to, so a name that changes its address in between gains nothing.
 */
export function safeLookup(allowPrivate: boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      const [first] = addresses ?? [];
      if (error || !first) return callback(error ?? new Error(`${hostname} has no address`), '');
      const bad = addresses.find(({ address }) => !mayReach(address, allowPrivate));
      if (bad) return callback(new Error(flawOf(bad.address)), '');
      if (options.all) return callback(null, addresses);
      callback(null, first.address, first.family);
    });
  };
}

function flawOf(address: string): string {
  return `${address} is an address this mesh sends no webhooks to (WEBHOOK_ALLOW_PRIVATE)`;
}
