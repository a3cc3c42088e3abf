import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');

/** Networks of one's own house. */
const inside = new BlockList();
for (const [net, bits] of [['10.0.0.0', 8], ['172.16.0.0', 12], ['192.168.0.0', 16], ['100.64.0.0', 10]] as const) inside.addSubnet(net, bits);
inside.addSubnet('fc00::', 7, 'ipv6');

/** Addresses that are nobody's webhook: this network, link-local ones (the metadata of cloud machines), multicast, reserved. */
const never = new BlockList();
for (const [net, bits] of [['0.0.0.0', 8], ['169.254.0.0', 16], ['192.0.0.0', 24], ['192.0.2.0', 24], ['198.18.0.0', 15], ['198.51.100.0', 24], ['203.0.113.0', 24], ['224.0.0.0', 4], ['240.0.0.0', 4]] as const) never.addSubnet(net, bits);
for (const [net, bits] of [['::', 128], ['fe80::', 10], ['fec0::', 10], ['ff00::', 8], ['64:ff9b::', 96], ['2001:db8::', 32]] as const) never.addSubnet(net, bits, 'ipv6');

/** Where an IP address lies. IPv4 written as IPv6 (`::ffff:10.0.0.1`) counts as what it is. */
export function networkOf(address: string): 'loopback' | 'private' | 'forbidden' | 'public' {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (isIP(address) === 0 || never.check(address, family)) return 'forbidden';
  if (loopback.check(address, family)) return 'loopback';
  return inside.check(address, family) ? 'private' : 'public';
}

/** The address of a webhook, or the sentence that says why it is none: https, or http to this computer. */
export function webhookAddress(text: string): { readonly url: URL } | { readonly problem: string } {
  const url = URL.parse(text);
  if (!url) return { problem: 'This is no web address; it must be like https://hooks.example.com/alerts.' };
  if (url.username !== '' || url.password !== '') return { problem: 'A name and password in the address are not sent; write a token into the path, as ${NAME}.' };
  if (url.protocol === 'https:') return { url };
  if (url.protocol !== 'http:') return { problem: `${url.protocol.slice(0, -1)} is not posted to; it must be https.` };
  const host = hostOf(url);
  return host === 'localhost' || networkOf(host) === 'loopback' ? { url } : { problem: 'http is open to everyone on the way; it must be https, but for this computer itself.' };
}

/** The host without the brackets of an IPv6 address. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}

/** Why a webhook may not be at this IP address; undefined where it may. */
export function refusalOf(address: string, url: URL, allowPrivate: boolean): string | undefined {
  const network = networkOf(address);
  if (network === 'forbidden') return `${url.hostname} is at ${address}, an address that no webhook has.`;
  if (network === 'private' && !allowPrivate) return `${url.hostname} is at ${address}, in a private network; turn alerts.webhook_private on if it is meant to be.`;
  if (url.protocol === 'http:' && network !== 'loopback') return `${url.hostname} is at ${address}, which is not this computer; http goes no further.`;
  return undefined;
}
