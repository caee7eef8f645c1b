// The engine of old TLS against other programs, over TCP with STARTTLS: every suite, version and kind of key that both have, in both roles.
// Both say the same master secret, and each has read what the other said. Prints a table; ends with 1 if a cell failed.
//
//   ✓ both roles   c our client alone   s our server alone   ✗ failed   · the peer has it not   – the version has no such suite
//
// "none" ends a row that no peer has. Those suites are held to the captures of tests/data/oldtls, and to tshark in tests/files.
// `--only=NAME` is for one peer.

import { join } from 'node:path';
import { PEERS } from './old_peers.mjs';
import { FOLDER, ROOT, run, start, stopAll, until } from './world.mjs';

const OLD = join(ROOT, 'target/debug/examples/old');
const VERSIONS = ['ssl3', '1.0', '1.1', '1.2'];
const TLS = VERSIONS.slice(1);
const ONLY = process.argv.find((argument) => argument.startsWith('--only='))?.slice(7);

/// Suite, its code point, versions (RFC 4346 §A.5: export ends with TLS 1.0; RFC 5469: DES with 1.1; AES began with TLS), and the keys that
/// serve it.
const SUITES = [
  ['TLS_RSA_WITH_NULL_MD5', '0001', VERSIONS, ['rsa1024']],
  ['TLS_RSA_WITH_NULL_SHA', '0002', VERSIONS, ['rsa1024']],
  ['TLS_RSA_EXPORT_WITH_RC4_40_MD5', '0003', ['ssl3', '1.0'], ['rsa1024']],
  ['TLS_RSA_WITH_RC4_128_MD5', '0004', VERSIONS, ['rsa1024']],
  ['TLS_RSA_WITH_RC4_128_SHA', '0005', VERSIONS, ['rsa1024', 'rsa2048']],
  ['TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5', '0006', ['ssl3', '1.0'], ['rsa1024']],
  ['TLS_RSA_WITH_DES_CBC_SHA', '0009', ['ssl3', '1.0', '1.1'], ['rsa1024']],
  ['TLS_RSA_WITH_3DES_EDE_CBC_SHA', '000a', VERSIONS, ['rsa1024']],
  ['TLS_DHE_DSS_WITH_DES_CBC_SHA', '0012', ['ssl3', '1.0', '1.1'], ['dsa1024']],
  ['TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA', '0013', VERSIONS, ['dsa1024']],
  ['TLS_RSA_WITH_AES_128_CBC_SHA', '002f', TLS, ['rsa1024', 'rsa2048']],
  ['TLS_RSA_WITH_AES_256_CBC_SHA', '0035', TLS, ['rsa1024']],
  ['TLS_DHE_DSS_WITH_AES_128_CBC_SHA', '0032', TLS, ['dsa1024']],
  ['TLS_DHE_DSS_WITH_AES_256_CBC_SHA', '0038', TLS, ['dsa1024']],
  ['TLS_RSA_EXPORT1024_WITH_DES_CBC_SHA', '0062', ['ssl3', '1.0'], ['rsa1024']],
  ['TLS_DHE_DSS_EXPORT1024_WITH_DES_CBC_SHA', '0063', ['ssl3', '1.0'], ['dsa1024']],
  ['TLS_RSA_EXPORT1024_WITH_RC4_56_SHA', '0064', ['ssl3', '1.0'], ['rsa1024']],
  // As Windows has them, a line for each curve.
  ...['P256', 'P384', 'P521'].flatMap((group) => [
    [`TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA_${group}`, 'c009', TLS, [group.toLowerCase()]],
    [`TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA_${group}`, 'c00a', TLS, [group.toLowerCase()]],
    [`TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA_${group}`, 'c013', TLS, ['rsa1024']],
    [`TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA_${group}`, 'c014', TLS, ['rsa1024']],
  ]),
];

/// The parts of a line's name.
function parts(line) {
  const { exchange, cipher, mac, group } = line.match(/^TLS_(?<exchange>\w+)_WITH_(?<cipher>\w+)_(?<mac>MD5|SHA)(_(?<group>P\d+))?$/).groups;
  return { line, suite: group ? line.slice(0, -1 - group.length) : line, exchange, cipher, mac, group };
}

async function must(command, args) {
  const { code, output } = await run(command, args);
  if (code !== 0) throw new Error(`${command} ${args[0]}: ${output}`);
}

/// Keys of the peers' own, self-signed. JSSE wants a q of 160 bits, as there was no other then.
async function keys() {
  const generate = (name, ...options) => must('openssl', ['genpkey', ...options, '-out', join(FOLDER, `${name}.key`)]);
  for (const bits of [512, 1024, 2048]) await generate(`rsa${bits}`, '-algorithm', 'RSA', '-pkeyopt', `rsa_keygen_bits:${bits}`);
  const dsa = ['-pkeyopt', 'pbits:1024', '-pkeyopt', 'qbits:160', '-pkeyopt', 'type:fips186_2'];
  await must('openssl', ['genpkey', '-genparam', '-algorithm', 'DSA', ...dsa, '-out', join(FOLDER, 'dsa.pem')]);
  await generate('dsa1024', '-paramfile', join(FOLDER, 'dsa.pem'));
  for (const curve of ['256', '384', '521']) await generate(`p${curve}`, '-algorithm', 'EC', '-pkeyopt', `ec_paramgen_curve:P-${curve}`);
  for (const name of ['rsa512', 'rsa1024', 'rsa2048', 'dsa1024', 'p256', 'p384', 'p521']) {
    const file = (kind) => join(FOLDER, `${name}.${kind}`);
    await must('openssl', ['req', '-x509', '-sha1', '-key', file('key'), '-subj', '/CN=mx.example.net', '-days', '30', '-out', file('crt')]);
    await must('openssl', ['pkcs12', '-export', '-inkey', file('key'), '-in', file('crt'), '-passout', 'pass:changeit', '-out', file('p12')]);
  }
}

const NAMES = { ssl3: 'SSL 3.0', '1.0': 'TLS 1.0', '1.1': 'TLS 1.1', '1.2': 'TLS 1.2' };

/// One session; an error if the two do not agree.
async function talk(peer, role, session) {
  const { version, line, key } = session;
  let ours;
  let theirs;
  if (role === 'server') {
    const server = start(OLD, ['server', version, line, key]);
    const { port } = await until('our server', () => server.output.includes('\n') && JSON.parse(server.output.split('\n')[0]));
    [ours, theirs] = await Promise.all([server.ended, peer.connect(port, session)]);
  } else {
    const server = await peer.serve(session);
    ours = await run(OLD, ['client', server.port, version, line]);
    theirs = await server.ended();
  }
  const said = JSON.parse(ours.output.trim().split('\n').pop());
  const heard = role === 'server' ? 'QUIT\r\n' : peer.answer;
  const agree = said.version === NAMES[version] && said.ssl2_hello === Boolean(session.isOldHello) && said.suite === parseInt(session.code, 16) && said.master === theirs.master && said.heard === heard;
  if (!agree || said.failed || said.error || theirs.heard !== (role === 'server' ? '221 Bye' : 'QUIT')) throw new Error(`${JSON.stringify(theirs)}; ${JSON.stringify(said)}`);
}

let failed = 0;
/// What both roles came to, as a sign.
async function cell(peer, session) {
  const roles = session.isOldHello ? ['server'].filter(() => peer.hasOldHello) : ['client', 'server'].filter((role) => peer.has(session, role));
  for (const role of roles) {
    try {
      await talk(peer, role, session);
    } catch (error) {
      console.error(`${peer.title}, our ${role}, ${session.version} ${session.line} ${session.key}: ${error.message}`);
      failed += 1;
      return '✗';
    }
  }
  return roles.length === 2 ? '✓' : (roles[0]?.[0] ?? '·');
}

const WIDTH = 45;
const signs = (cells) => cells.map((sign) => sign.padEnd(4)).join('');

/// One row: the peers at once, each its versions one after the other.
async function row(peers, name, session, versions) {
  const cells = await Promise.all(peers.map(async (peer) => {
    const found = [];
    for (const version of VERSIONS) found.push(versions.includes(version) ? await cell(peer, { ...session, version }) : '–');
    return found;
  }));
  const none = cells.flat().every((sign) => '·–'.includes(sign)) ? 'none' : '';
  console.log(`${name.padEnd(WIDTH)}${cells.map((found) => signs(found).padEnd(18)).join('')}${none}`.trimEnd());
}

try {
  await keys();
  const versions = await Promise.all(PEERS.map((peer) => peer.version()));
  const all = PEERS.map((peer, index) => ({ ...peer, title: `${peer.name} ${versions[index] ?? 'not here'}` }));
  const peers = all.filter(({ title }, index) => versions[index] !== undefined && (!ONLY || title.startsWith(ONLY)));
  for (const { title } of all.filter((_, index) => versions[index] === undefined)) console.log(title);
  console.log(`\nThe engine of old TLS\n\n${''.padEnd(WIDTH)}${peers.map(({ title }) => title.padEnd(18)).join('')}`);
  console.log(`${''.padEnd(WIDTH)}${peers.map(() => signs(['3.0', '1.0', '1.1', '1.2']).padEnd(18)).join('')}`);
  for (const [line, code, has, kinds] of SUITES) {
    for (const key of kinds) await row(peers, key === 'rsa2048' ? `${line}, RSA-2048` : line, { ...parts(line), code, key }, has);
  }
  for (const [line, code] of [SUITES[3], SUITES[7]]) {
    await row(peers, `${line}, SSL 2.0 hello`, { ...parts(line), code, key: 'rsa1024', isOldHello: true }, ['1.0']);
  }
  for (const peer of peers) peer.close();
} finally {
  stopAll();
}
process.exitCode = failed === 0 ? 0 : 1;
