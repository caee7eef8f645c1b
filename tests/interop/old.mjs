// The engine of old TLS against JSSE: every suite, version and kind of key that both have, in both roles. Both say the same master secret, and
// each has read what the other said. Prints a table; ends with 1 if a cell failed.
//
//   ✓ both roles (of the hello in the form of SSL 2.0 our server alone)   ✗ failed   – the version has no such suite
//
// JSSE has neither RC2 nor the suites for export with 1024 bits.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FOLDER, ROOT, run, start, stopAll, until } from './world.mjs';

const OLD = join(ROOT, 'target/debug/examples/old');
const PROTOCOLS = { ssl3: 'SSLv3', '1.0': 'TLSv1', '1.1': 'TLSv1.1', '1.2': 'TLSv1.2' };
const VERSIONS = Object.keys(PROTOCOLS);
const TLS = VERSIONS.slice(1);
const CURVES = ['p256', 'p384', 'p521'];

/// Suite, versions (RFC 4346 §A.5: export ends with TLS 1.0; RFC 5469: DES with 1.1; AES began with TLS), and the keys that serve it.
const SUITES = [
  ['TLS_RSA_WITH_NULL_MD5', VERSIONS, ['rsa1024']],
  ['TLS_RSA_WITH_NULL_SHA', VERSIONS, ['rsa1024']],
  ['TLS_RSA_EXPORT_WITH_RC4_40_MD5', ['ssl3', '1.0'], ['rsa1024']],
  ['TLS_RSA_WITH_RC4_128_MD5', VERSIONS, ['rsa1024']],
  ['TLS_RSA_WITH_RC4_128_SHA', VERSIONS, ['rsa1024', 'rsa2048']],
  ['TLS_RSA_WITH_DES_CBC_SHA', ['ssl3', '1.0', '1.1'], ['rsa1024']],
  ['TLS_RSA_WITH_3DES_EDE_CBC_SHA', VERSIONS, ['rsa1024']],
  ['TLS_DHE_DSS_WITH_DES_CBC_SHA', ['ssl3', '1.0', '1.1'], ['dsa1024']],
  ['TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA', VERSIONS, ['dsa1024']],
  ['TLS_RSA_WITH_AES_128_CBC_SHA', TLS, ['rsa1024', 'rsa2048']],
  ['TLS_RSA_WITH_AES_256_CBC_SHA', TLS, ['rsa1024']],
  ['TLS_DHE_DSS_WITH_AES_128_CBC_SHA', TLS, ['dsa1024']],
  ['TLS_DHE_DSS_WITH_AES_256_CBC_SHA', TLS, ['dsa1024']],
  ['TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA', TLS, CURVES],
  ['TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA', TLS, CURVES],
  ['TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA', TLS, ['rsa1024']],
  ['TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA', TLS, ['rsa1024']],
];

async function must(command, args) {
  const { code, output } = await run(command, args);
  if (code !== 0) throw new Error(`${command} ${args[0]}: ${output}`);
}

/// Keys of the peer's own, self-signed. JSSE wants a q of 160 bits, as there was no other then.
async function keys() {
  const generate = (name, ...options) => must('openssl', ['genpkey', ...options, '-out', join(FOLDER, `${name}.key`)]);
  for (const bits of [1024, 2048]) await generate(`rsa${bits}`, '-algorithm', 'RSA', '-pkeyopt', `rsa_keygen_bits:${bits}`);
  const dsa = ['-pkeyopt', 'pbits:1024', '-pkeyopt', 'qbits:160', '-pkeyopt', 'type:fips186_2'];
  await must('openssl', ['genpkey', '-genparam', '-algorithm', 'DSA', ...dsa, '-out', join(FOLDER, 'dsa.pem')]);
  await generate('dsa1024', '-paramfile', join(FOLDER, 'dsa.pem'));
  for (const [name, curve] of [['p256', 'P-256'], ['p384', 'P-384'], ['p521', 'P-521']]) {
    await generate(name, '-algorithm', 'EC', '-pkeyopt', `ec_paramgen_curve:${curve}`);
  }
  for (const name of ['rsa1024', 'rsa2048', 'dsa1024', ...CURVES]) {
    const file = (kind) => join(FOLDER, `${name}.${kind}`);
    await must('openssl', ['req', '-x509', '-sha1', '-key', file('key'), '-subj', '/CN=mx.example.net', '-days', '30', '-out', file('crt')]);
    await must('openssl', ['pkcs12', '-export', '-inkey', file('key'), '-in', file('crt'), '-passout', 'pass:changeit', '-out', file('p12')]);
  }
}

/// One JVM for all sessions.
async function jsse() {
  const properties = join(FOLDER, 'weak.security');
  const lists = ['jdk.tls.disabledAlgorithms', 'jdk.certpath.disabledAlgorithms', 'jdk.tls.legacyAlgorithms'];
  writeFileSync(properties, lists.map((list) => `${list}=\n`).join(''));
  const opened = ['--add-opens', 'java.base/sun.security.ssl=ALL-UNNAMED'];
  const java = start('java', [...opened, `-Djava.security.properties=${properties}`, join(ROOT, 'tests/interop/Jsse.java')]);
  let taken = 0;
  const line = async () => {
    const found = await until('JSSE', () => {
      const lines = java.output.split('\n').slice(0, -1).filter((text) => /^(port|ok|failed) /.test(text));
      return lines.length > taken ? lines[taken] : undefined;
    });
    taken += 1;
    return found;
  };
  return { command: (text) => java.child.stdin.write(`${text}\n`), line, close: () => java.child.stdin.end() };
}

/// JSSE calls the suites of SSL 3.0 by their old names.
const itsName = (suite) => (/_AES_/.test(suite) ? suite : suite.replace(/^TLS_/, 'SSL_'));

async function session(peer, role, version, suite, key, protocols = PROTOCOLS[version]) {
  let ours;
  let theirs;
  if (role === 'server') {
    const server = start(OLD, ['server', version, suite, key]);
    const { port } = await until('our server', () => server.output.includes('\n') && JSON.parse(server.output.split('\n')[0]));
    peer.command(`connect ${port} ${protocols} ${itsName(suite)}`);
    theirs = await peer.line();
    ours = (await server.ended).output;
  } else {
    peer.command(`serve ${PROTOCOLS[version]} ${itsName(suite)} ${join(FOLDER, `${key}.p12`)}`);
    const port = (await peer.line()).split(' ')[1];
    ours = (await run(OLD, ['client', port, version, suite])).output;
    theirs = await peer.line();
  }
  const said = JSON.parse(ours.trim().split('\n').pop());
  const [word, protocol, name, master, ...text] = theirs.split(' ');
  const agrees = word === 'ok' && protocol === PROTOCOLS[version] && name === itsName(suite) && master === said.master;
  const heard = role === 'server' ? said.heard === 'QUIT\r\n' : text.join(' ') === 'QUIT' && said.heard === '221 Bye\r\n';
  if (!agrees || !heard) throw new Error(`${role} ${version} ${suite} ${key}: ${theirs}; ${JSON.stringify(said)}`);
}

let failed = 0;
try {
  await keys();
  const peer = await jsse();
  console.log(`${'suite and key'.padEnd(48)} ${VERSIONS.map((version) => version.padEnd(5)).join(' ')}`);
  for (const [suite, versions, kinds] of SUITES) {
    for (const key of kinds) {
      const cells = [];
      for (const version of VERSIONS) {
        let cell = '–';
        if (versions.includes(version)) {
          try {
            await session(peer, 'client', version, suite, key);
            await session(peer, 'server', version, suite, key);
            cell = '✓';
          } catch (error) {
            console.error(String(error));
            failed += 1;
            cell = '✗';
          }
        }
        cells.push(cell.padEnd(5));
      }
      console.log(`${`${suite} ${key}`.padEnd(48)} ${cells.join(' ')}`);
    }
  }
  // A hello in the form of SSL 2.0, which offers TLS 1.0.
  for (const suite of ['TLS_RSA_WITH_RC4_128_MD5', 'TLS_RSA_WITH_3DES_EDE_CBC_SHA']) {
    const cell = session(peer, 'server', '1.0', suite, 'rsa1024', 'SSLv2Hello,TLSv1');
    const done = await cell.then(() => '✓', (error) => (console.error(String(error)), (failed += 1), '✗'));
    console.log(`${`${suite} SSLv2Hello`.padEnd(48)} ${''.padEnd(5)} ${done}`);
  }
  peer.close();
} finally {
  await stopAll();
}
process.exitCode = failed === 0 ? 0 : 1;
