// What is sent, and whether what arrived is it.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FOLDER } from './world.mjs';

const head = 'Subject: a test\r\n\r\n';
const eightBit = Buffer.from([...Array(128).keys()].map((octet) => 128 + octet));

export const MESSAGES = {
  '0 B': Buffer.alloc(0),
  '1 B': Buffer.from('x'),
  '1 MB': Buffer.from(head + `${'0123456789'.repeat(7)}abcdef\r\n`.repeat(13_500)),
  dots: Buffer.from(`${head}.\r\n..\r\n.a\r\n...\r\n.\r\n`),
  'no end': Buffer.from(`${head}the last line has no end`),
  '8-bit': Buffer.concat([Buffer.from(`${head}Grüße `), eightBit, Buffer.from('\r\n')]),
};

/// The messages as files, by name.
export function files() {
  return Object.fromEntries(Object.entries(MESSAGES).map(([name, octets], index) => {
    const file = join(FOLDER, `message-${index}`);
    writeFileSync(file, octets);
    return [name, file];
  }));
}

/// The difference between what was sent and what arrived, or nothing. A server adds header fields, above the message's own or below
/// them, ends the last line, and may keep lines with LF.
export function difference(sent, arrived) {
  const lines = (octets) => octets.toString('latin1').replaceAll('\r\n', '\n');
  let wanted = lines(sent);
  if (wanted !== '' && !wanted.endsWith('\n')) wanted += '\n';
  const hasHeader = wanted.startsWith('Subject:');
  const body = hasHeader ? wanted.slice(wanted.indexOf('\n\n') + 1) : wanted;
  const got = lines(arrived);
  if (!got.endsWith(body)) return `sent ${sent.length} octets, ${arrived.length} others arrived`;
  const header = got.slice(0, got.length - body.length).split('\n').filter((line) => line !== '');
  const strange = header.find((line) => !/^([!-9;-~]+:|[ \t])/.test(line));
  if (strange) return `this arrived, too: ${JSON.stringify(strange)}`;
  if (hasHeader && !header.includes('Subject: a test')) return 'the header of the message is gone';
}
