import 'reflect-metadata';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';
import { ValiseError } from '#core';
import { AUTHORITY_ID, AUTHORITY_URN } from './roles.js';

/** RFC 1123 labels, a wildcard nowhere; the last has a letter, or it would read as an address (section 2.1). */
const HOST_NAME =
  /^(?=.{1,253}$)(?=.*[a-z][a-z0-9-]*$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;
export const HOSTS_MAX = 16;
/** X.520 bounds a common name to 64 characters; quotes, backslashes and controls have meanings in name syntaxes. */
const COMMON_NAME = /^[\p{L}\p{N}][\p{L}\p{N} .,:()/&№’-]{0,63}$/u;

/** @throws ValiseError INPUT_INVALID */
export function distinguishedName(subject: { name: string; country?: string | undefined }): x509.JsonName {
  if (!COMMON_NAME.test(subject.name) || subject.name.endsWith(' '))
    throw new ValiseError('INPUT_INVALID', `"${subject.name}" cannot be a common name`, {
      path: 'name',
      remedy: 'use up to 64 letters, digits, spaces and .,:()/&№’-',
    });
  if (subject.country !== undefined && !/^[A-Z]{2}$/.test(subject.country))
    throw new ValiseError('INPUT_INVALID', `"${subject.country}" is not a country code`, {
      path: 'country',
      remedy: 'give two capital letters (ISO 3166), for example KZ',
    });
  return [...(subject.country === undefined ? [] : [{ C: [subject.country] }]), { CN: [subject.name] }];
}

/** @throws ValiseError INPUT_INVALID */
export function requireAuthority(authority: string): void {
  if (!AUTHORITY_ID.test(authority))
    throw new ValiseError('INPUT_INVALID', `"${authority}" is not an authority id`, {
      path: 'subject.authority',
      remedy: 'use letters, digits and hyphens, for example kz-knb',
    });
}

/** @throws ValiseError INPUT_INVALID for what is neither a DNS name nor an IP address */
export function requireHosts(hosts: readonly string[]): void {
  const wrong = hosts.find((host) => isIP(host) === 0 && !HOST_NAME.test(host));
  if (wrong !== undefined || hosts.length > HOSTS_MAX)
    throw new ValiseError(
      'INPUT_INVALID',
      wrong === undefined ? `more than ${HOSTS_MAX} hosts` : `"${wrong}" is not a host name`,
      {
        path: 'hosts',
        remedy: 'name DNS names or IP addresses',
      },
    );
}

export function alternativeNames(authority: string, hosts: readonly string[]): x509.JsonGeneralNames {
  return [
    { type: 'url', value: `${AUTHORITY_URN}${authority}` },
    ...hosts.map((host) => ({
      type: isIP(host) !== 0 ? ('ip' as const) : ('dns' as const),
      value: host,
    })),
  ];
}

/** DNS names and IP addresses among alternative names. */
export function hostsIn(extension: x509.SubjectAlternativeNameExtension | null): string[] {
  const named = extension?.names.items.filter(({ type }) => type === x509.DNS || type === x509.IP);
  return named?.map(({ value }) => value) ?? [];
}
