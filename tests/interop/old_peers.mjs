// The programs that the engine of old TLS is held against. Each says what it has, and is one end of a session:
//
//   has(session, role)       whether it has that at all; the role is ours
//   hasOldHello              whether it can begin with a hello in the form of SSL 2.0
//   connect(port, session)   it is the client: what it said and heard, `{ master, heard }`
//   serve(session)           it is the server: its port, and what it said in the end

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { FOLDER, LIBRARIES, PYTHON, ROOT, freePort, program, run, start, stop, until } from './world.mjs';

const file = (name) => join(FOLDER, name);
const HERE = import.meta.dirname;
const isEc = ({ exchange }) => exchange.startsWith('ECDHE');
const NAMES_OF_GROUPS = { P256: 'P-256', P384: 'P-384', P521: 'P-521' };
const CODES = { ssl3: '0300', '1.0': '0301', '1.1': '0302', '1.2': '0303' };

// ---- peers that are one process for all sessions ----

/// A line to it is a session, a line of it its end.
function worker(command, args, options) {
  const process = start(command, args, options);
  let taken = 0;
  const line = async () => {
    const found = await until('a peer', () => {
      const lines = process.output.split('\n').slice(0, -1).filter((text) => /^(port|ok|failed) /.test(text));
      return lines.length > taken ? lines[taken] : undefined;
    });
    taken += 1;
    return found;
  };
  return { command: (text) => process.child.stdin.write(`${text}\n`), line, close: () => process.child.stdin.end() };
}

/// `words` are the session for this peer, `expected` how it names version and suite, `keys` the file of a server's.
function workerPeer({ name, version, has, hasOldHello, open, words, expected, keys }) {
  let process;
  const ended = async (session) => {
    const said = await process.line();
    const [word, itsVersion, suite, master, ...text] = said.split(' ');
    if (word !== 'ok' || `${itsVersion} ${suite}` !== expected(session)) throw new Error(said);
    return { master, heard: text.join(' ') };
  };
  return {
    name, version, has, hasOldHello, answer: '221 Bye\r\n',
    connect: (port, session) => {
      process ??= open();
      process.command(`connect ${port} ${words(session)}`);
      return ended(session);
    },
    serve: async (session) => {
      process ??= open();
      process.command(`serve ${words(session)} ${keys(session)}`);
      const [word, port, ...why] = (await process.line()).split(' ');
      if (word !== 'port') throw new Error([word, port, ...why].join(' '));
      return { port, ended: () => ended(session) };
    },
    close: () => process?.close(),
  };
}

const PROTOCOLS = { ssl3: 'SSLv3', '1.0': 'TLSv1', '1.1': 'TLSv1.1', '1.2': 'TLSv1.2' };
/// JSSE calls the suites of SSL 3.0 by their old names.
const nameInJava = ({ suite }) => (/_AES_/.test(suite) ? suite : suite.replace(/^TLS_/, 'SSL_'));

const JSSE = workerPeer({
  name: 'JSSE',
  version: () => versionOf('java', ['-version']),
  has: ({ cipher, exchange }) => cipher !== 'RC2_CBC_40' && !exchange.endsWith('1024'),
  hasOldHello: true,
  open: () => {
    const properties = file('weak.security');
    const lists = ['jdk.tls.disabledAlgorithms', 'jdk.certpath.disabledAlgorithms', 'jdk.tls.legacyAlgorithms'];
    writeFileSync(properties, lists.map((list) => `${list}=\n`).join(''));
    const opened = ['--add-opens', 'java.base/sun.security.ssl=ALL-UNNAMED'];
    return worker('java', [...opened, `-Djava.security.properties=${properties}`, join(HERE, 'Jsse.java')]);
  },
  words: (session) => `${session.isOldHello ? 'SSLv2Hello,' : ''}${PROTOCOLS[session.version]} ${nameInJava(session)}`,
  expected: (session) => `${PROTOCOLS[session.version]} ${nameInJava(session)}`,
  keys: ({ key }) => file(`${key}.p12`),
});

const NODE = join(ROOT, '.tools/old-node/bin/node');

const OPENSSL_100 = workerPeer({
  name: 'OpenSSL',
  version: () => versionOf(NODE, ['-e', 'console.log(process.versions.openssl)']),
  // Its servers have no parameters of Diffie-Hellman, and this node has no way to give them any. EXPORT1024 was never compiled in.
  has: ({ version, exchange }, role) => ['ssl3', '1.0'].includes(version) && !exchange.endsWith('1024') && (role === 'server' || exchange.startsWith('RSA')),
  open: () => worker(NODE, [join(HERE, 'old_node.js')]),
  words: (session) => `${session.version === 'ssl3' ? 'SSLv3' : 'TLSv1'}_method ${openssl(session)}`,
  expected: ({ version, code }) => `${CODES[version]} ${code}`,
  keys: ({ key, exchange }) => file(exchange === 'RSA_EXPORT' ? 'rsa512' : key),
});

const NAMES_IN_TLSLITE = { NULL: 'null', RC4_128: 'rc4', '3DES_EDE_CBC': '3des', AES_128_CBC: 'aes128', AES_256_CBC: 'aes256' };

const TLSLITE = workerPeer({
  name: 'tlslite-ng',
  version: () => versionOf('python3', ['-c', 'import tlslite; print(tlslite.__version__)'], { env: PYTHON }),
  has: ({ cipher }) => cipher in NAMES_IN_TLSLITE,
  open: () => worker('python3', [join(HERE, 'old_tlslite.py')], { env: PYTHON }),
  words: ({ version, cipher, mac, exchange, group }) => {
    const exchanges = { DHE_DSS: 'dhe_dsa' };
    const curves = { P256: 'secp256r1', P384: 'secp384r1', P521: 'secp521r1' };
    return `${CODES[version]} ${NAMES_IN_TLSLITE[cipher]} ${mac.toLowerCase()} ${exchanges[exchange] ?? exchange.toLowerCase()} ${curves[group] ?? '-'}`;
  },
  expected: ({ version, code }) => `${CODES[version]} ${code}`,
  keys: ({ key }) => file(key),
});

// ---- peers that are commands, a process for each session ----

let instances = 0;

/// The master secret of the one session in a key log.
function masterIn(keyLog) {
  const lines = existsSync(keyLog) ? readFileSync(keyLog, 'latin1').split('\n').filter((line) => line.startsWith('CLIENT_RANDOM ')) : [];
  if (lines.length !== 1) throw new Error(`it logged ${lines.length} sessions`);
  return lines[0].split(' ')[2].toLowerCase();
}

/// What stands before a server that begins with TLS: takes one connection, speaks of STARTTLS, and hands on all that comes then.
async function front(back) {
  const says = ['250-mx.example.net\r\n250 STARTTLS\r\n', '220 Ready to start TLS\r\n'];
  const server = createServer((client) => {
    server.close();
    client.on('error', () => client.destroy());
    client.write('220 mx.example.net ESMTP\r\n');
    const take = () => {
      // Our client waits for each answer, so what is here is one line.
      if (client.read() === null) return;
      client.write(says.shift());
      if (says.length > 0) return;
      client.off('readable', take);
      const behind = connect(back, '127.0.0.1');
      behind.on('error', () => client.destroy());
      behind.on('close', () => client.destroy());
      client.on('close', () => behind.destroy());
      client.pipe(behind).pipe(client);
    };
    client.on('readable', take);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return server.address().port;
}

/// Whether somebody listens, as the kernel tells: a connection would be a session already.
function listens(port) {
  const address = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const isIt = ([, local, , state]) => local?.endsWith(address) && state === '0A';
  return ['/proc/net/tcp', '/proc/net/tcp6'].filter(existsSync).some((table) => readFileSync(table, 'latin1').split('\n').some((line) => isIt(line.trim().split(/ +/))));
}

/// `client` and `server` give command, arguments and environment of a session; `answer` is what the server makes of QUIT.
function commandPeer({ name, version, has, client, server, answer }) {
  const begin = (form, session, port) => {
    const keyLog = file(`keys-${instances++}.log`);
    const { command, args, env } = form(session, port, keyLog);
    return { keyLog, process: start(command, args, { env }) };
  };
  return {
    name, version, has, answer,
    connect: async (port, session) => {
      const { keyLog, process } = begin(client, session, port);
      process.child.stdin.write('QUIT\n');
      let code;
      process.ended.then((ended) => (code = ended.code));
      await until(`${name} to hear`, () => process.output.includes('221 Bye') || code !== undefined);
      // It ends by itself, as our server closes; earlier our server would have a connection reset.
      await until(`${name} to end`, () => code !== undefined);
      if (!process.output.includes('221 Bye')) throw new Error(process.output.split('\n').filter((line) => /error|alert/i.test(line)).join('; '));
      return { master: masterIn(keyLog), heard: '221 Bye' };
    },
    serve: async (session) => {
      const back = await freePort();
      const { keyLog, process } = begin(server, session, back);
      let code;
      process.ended.then((ended) => (code = ended.code));
      await until(`${name} to listen`, () => code !== undefined || listens(back));
      if (code !== undefined) throw new Error(process.output);
      return {
        port: await front(back),
        ended: async () => {
          stop(process);
          await process.ended;
          return { master: masterIn(keyLog), heard: 'QUIT' };
        },
      };
    },
    close: () => {},
  };
}

const SIGNATURES = 'RSA+SHA1:DSA+SHA1:ECDSA+SHA1';
const tls = ({ version }) => ({ '1.0': '-tls1', '1.1': '-tls1_1', '1.2': '-tls1_2' })[version];

/// OpenSSL's names of suites.
function openssl({ exchange, cipher, mac }) {
  const ciphers = { RC4_128: 'RC4', RC4_40: 'RC4', RC2_CBC_40: 'RC2-CBC', DES_CBC: 'DES-CBC', '3DES_EDE_CBC': 'DES-CBC3', AES_128_CBC: 'AES128', AES_256_CBC: 'AES256' };
  const isDes = cipher.includes('DES');
  const first = { RSA: [], RSA_EXPORT: ['EXP'], DHE_DSS: [isDes ? 'EDH' : 'DHE', 'DSS'] }[exchange] ?? [exchange.replace('_', '-')];
  return [...first, ciphers[cipher] ?? cipher, mac].join('-');
}

/// What both commands are told.
const opensslOptions = (session, keyLog) => [
  tls(session), '-cipher', `${openssl(session)}:@SECLEVEL=0`, '-sigalgs', SIGNATURES, '-keylogfile', keyLog, '-quiet',
  ...(session.group ? ['-groups', NAMES_OF_GROUPS[session.group]] : []),
];

const OPENSSL = commandPeer({
  name: 'OpenSSL',
  version: () => versionOf('openssl', ['version']),
  has: ({ version, cipher }) => version !== 'ssl3' && /^NULL$|^AES/.test(cipher),
  client: (session, port, keyLog) => ({
    command: 'openssl',
    // Our server says nothing of secure renegotiation, as those of Windows did not then.
    args: ['s_client', '-connect', `127.0.0.1:${port}`, '-starttls', 'smtp', '-legacy_server_connect', '-crlf', ...opensslOptions(session, keyLog)],
  }),
  server: (session, port, keyLog) => ({
    command: 'openssl',
    args: ['s_server', '-accept', `127.0.0.1:${port}`, '-rev', '-cert', file(`${session.key}.crt`), '-key', file(`${session.key}.key`), ...opensslOptions(session, keyLog)],
  }),
  // It turns every line around.
  answer: 'TIUQ\n',
});

const NAMES_IN_GNUTLS = { NULL: 'NULL', RC4_128: 'ARCFOUR-128', '3DES_EDE_CBC': '3DES-CBC', AES_128_CBC: 'AES-128-CBC', AES_256_CBC: 'AES-256-CBC' };

function priority({ version, exchange, cipher, mac, group }) {
  const groups = group ? `GROUP-SECP${group.slice(1)}R1` : 'GROUP-ALL';
  const suite = [exchange.replace('_', '-'), NAMES_IN_GNUTLS[cipher], mac === 'SHA' ? 'SHA1' : mac];
  const signatures = ['SIGN-RSA-SHA1', 'SIGN-DSA-SHA1', 'SIGN-ECDSA-SHA1'];
  const words = [`VERS-TLS${version}`, ...suite, ...signatures, groups, 'COMP-NULL', 'CTYPE-X509'];
  return `NONE:${words.map((word) => `+${word}`).join(':')}:%VERIFY_ALLOW_BROKEN`;
}

const GNUTLS_CLI = program('usr/bin/gnutls-cli');
const gnutls = (keyLog) => ({ ...LIBRARIES, SSLKEYLOGFILE: keyLog });

const GNUTLS = commandPeer({
  name: 'GnuTLS',
  version: () => versionOf(GNUTLS_CLI, ['--version'], { env: LIBRARIES }),
  has: ({ version, cipher }) => version !== 'ssl3' && cipher in NAMES_IN_GNUTLS,
  client: (session, port, keyLog) => ({
    command: GNUTLS_CLI,
    args: ['--insecure', '--no-ca-verification', '--starttls-proto=smtp', '--crlf', '-p', port, '127.0.0.1', '--priority', priority(session)],
    env: gnutls(keyLog),
  }),
  server: (session, port, keyLog) => ({
    command: program('usr/bin/gnutls-serv'),
    args: ['--echo', '--crlf', '--disable-client-cert', '-p', port, '--x509keyfile', file(`${session.key}.key`), '--x509certfile', file(`${session.key}.crt`), '--priority', priority(session)],
    env: gnutls(keyLog),
  }),
  answer: 'QUIT\r\n',
});

/// The version that a program prints first, or nothing if it is not here.
async function versionOf(command, args, options) {
  if (command === undefined) return undefined;
  const { code, output } = await run(command, args, options);
  return code === 0 ? output.match(/\d+\.\d+[\w.]*/)?.[0] : undefined;
}

export const PEERS = [JSSE, OPENSSL_100, OPENSSL, GNUTLS, TLSLITE];
