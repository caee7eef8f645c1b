// Our server and client against other programs: what each says of version, suite and certificate is what our trace says. Prints tables,
// with the version of each; ends with 1 if a cell failed.
//
// `--quick` leaves out what `make interop` installs.

import { CLIENTS } from './clients.mjs';
import { SERVERS } from './servers.mjs';
import { MESSAGES, difference, files } from './messages.mjs';
import { certificates, send, serve } from './lab.mjs';
import { PYOPENSSL } from './pyopenssl.mjs';
import { demand, finish, table } from './table.mjs';
import { stopAll } from './world.mjs';
import { readFileSync } from 'node:fs';

const QUICK = process.argv.includes('--quick');
const UNPACKED = ['swaks', 'msmtp', 'Postfix as a relay', 'Postfix', 'Exim', 'aiosmtpd', 'pyOpenSSL'];

const own = await certificates('own');
const asking = await certificates('asking', '#preset=domain-secured');
const foreign = await certificates('foreign');
const paths = files();
const LOGIN = { user: 'sales', password: 'correct horse' };

/// Cipher and key length of a suite, whoever names it: OpenSSL, GnuTLS and IANA write the rest differently.
function cipher(suite) {
  const name = suite?.toUpperCase().replaceAll(/[^A-Z0-9]/g, '') ?? '';
  return name.match(/CHACHA20POLY1305|AES(128|256)GCM/)?.[0];
}

/// What the other program says of TLS and what our trace says.
function agree(theirs, ours) {
  demand(theirs.version === ours.version, `it says ${theirs.version}, our trace says ${ours.version}`);
  demand(cipher(theirs.cipher) === cipher(ours.suite), `it says ${theirs.cipher}, our trace says ${ours.suite}`);
}

/// What our trace says of the other one's certificate.
const verifies = (check) => check !== undefined && Object.values(check).every((verdict) => verdict === 'pass' || verdict === 'not checked');

// ---- our server ----

async function toServer(client, fragment, options, look) {
  const folder = options.folder ?? own;
  const server = await serve(fragment, folder);
  try {
    const theirs = await client.deliver({ port: server.port, host: 'mx.partner.example', folder, tls: 'required', message: paths.dots, ...options });
    const ours = await server.session();
    await look(theirs, ours);
  } finally {
    server.close();
  }
}

function delivered(theirs, ours, message = 'dots') {
  demand(theirs.sent, `it did not send: ${theirs.error}`);
  demand(ours.taken.length === 1, `our server has taken ${ours.taken.length} messages`);
  const wrong = difference(MESSAGES[message], readFileSync(ours.taken[0].file));
  // Two programs end an empty message with an empty line.
  demand(!wrong || (MESSAGES[message].length === 0 && /^(.+\r\n)+\r\n$/.test(readFileSync(ours.taken[0].file, 'latin1'))), wrong);
  agree(theirs, ours);
}

function secured(theirs, ours) {
  delivered(theirs, ours);
  demand(ours.version !== undefined, 'without TLS');
  demand(theirs.verified === true, 'it did not verify our certificate');
}

const asServer = {
  '1.2': (client) => toServer(client, '#preset=postfix&server_versions=1.2', {}, (theirs, ours) => {
    secured(theirs, ours);
    demand(ours.version === 'TLSv1.2', ours.version);
  }),
  '1.3': (client) => toServer(client, '#preset=postfix', { version: 'TLSv1.3' }, (theirs, ours) => {
    secured(theirs, ours);
    demand(ours.version === 'TLSv1.3', ours.version);
  }),
  'own cert 1.2': (client) => certificate(client, '1.2'),
  'own cert 1.3': (client) => certificate(client, '1.3'),
  PLAIN: (client) => login(client, 'PLAIN'),
  LOGIN: (client) => login(client, 'LOGIN'),
  'wrong password': (client) => toServer(client, '#preset=postfix', { login: { ...LOGIN, mechanism: 'PLAIN', password: 'wrong' } }, (theirs, ours) => {
    demand(!theirs.sent && ours.taken.length === 0 && !ours.login, 'it was let in');
  }),
  pipelined: (client) => toServer(client, '#preset=postfix', { pipelining: true }, secured),
  'optional': (client) => toServer(client, '#preset=postfix', { tls: 'optional' }, (theirs, ours) => {
    // Without a policy that asks for it, a certificate need not be verified.
    delivered(theirs, ours);
    demand(ours.version !== undefined, 'without TLS');
  }),
  'optional, none': (client) => toServer(client, '#preset=postfix&starttls=not_offered', { tls: 'optional' }, (theirs, ours) => {
    delivered(theirs, ours);
    demand(ours.version === undefined && !ours.taken[0].sealed, 'with TLS, which was not offered');
  }),
  'required, none': (client) => toServer(client, '#preset=postfix&starttls=not_offered', {}, (theirs, ours) => {
    demand(!theirs.sent && ours.taken.length === 0, 'it sent in clear');
  }),
  'required, 454': (client) => toServer(client, '#preset=postfix&starttls=unavailable', {}, (theirs, ours) => {
    demand(!theirs.sent && ours.taken.length === 0, 'it sent in clear');
  }),
  'foreign root': (client) => toServer(client, '#preset=postfix&server_certificate=self_signed', {}, (theirs, ours) => {
    demand(!theirs.sent && ours.taken.length === 0, 'it accepted a self-signed certificate');
  }),
  'wrong name': (client) => toServer(client, '#preset=postfix&server_certificate=wrong_name', { wrongName: true }, (theirs, ours) => {
    demand(!theirs.sent && ours.taken.length === 0, 'it accepted a certificate for another host');
  }),
};
// A second handshake inside the first, where TLS 1.2 would have it: RFC 5746 is about those who joined the two.
asServer.renegotiates = (client) => toServer(client, '#preset=postfix&server_versions=1.2', { renegotiates: true }, (theirs, ours) => {
  demand(theirs.refused, `our server let it: ${theirs.error}`);
  demand(ours.taken.length === 0 && ours.version === 'TLSv1.2', 'the session went on elsewhere');
});
for (const message of Object.keys(MESSAGES)) {
  asServer[message] = (client) => toServer(client, '#preset=postfix', { message: paths[message] }, (theirs, ours) => delivered(theirs, ours, message));
}

async function certificate(client, version) {
  await toServer(client, `#preset=domain-secured&server_versions=${version}`, { folder: asking, host: 'ex2010.partner.example', certificate: true }, (theirs, ours) => {
    delivered(theirs, ours);
    demand(ours.version === `TLSv${version}`, ours.version);
    demand(verifies(ours.certificate), `our server found ${JSON.stringify(ours.certificate)}`);
    demand(ours.verdicts.includes('Partner'), `our server decided ${ours.verdicts}`);
  });
}

async function login(client, mechanism) {
  await toServer(client, '#preset=postfix', { login: { ...LOGIN, mechanism } }, (theirs, ours) => {
    secured(theirs, ours);
    demand(ours.login?.user === LOGIN.user, 'nobody has logged in');
    demand(ours.login.mechanism.toUpperCase() === mechanism, `with ${ours.login.mechanism}`);
  });
}

// ---- our client ----

async function toPeer(server, kind, fragment, { message = 'dots', folder = own } = {}, look) {
  const peer = await server.serve(kind, folder);
  try {
    const ours = await send(fragment, own, peer.port, paths[message]);
    await look(ours, peer);
  } finally {
    peer.close();
  }
}

async function arrived(ours, peer, message = 'dots') {
  demand(ours.settled === 'Delivered', `our client says ${ours.settled} ${ours.failed ?? ''}`);
  const theirs = await peer.taken();
  const wrong = difference(MESSAGES[message], theirs.octets);
  demand(!wrong, wrong);
  agree(theirs, ours);
  return theirs;
}

const deferred = (ours) => demand(ours.settled.startsWith('Deferred(Policy'), `our client says ${ours.settled}`);

async function sealed(ours, peer) {
  const theirs = await arrived(ours, peer);
  demand(ours.version !== undefined, 'without TLS');
  demand(verifies(ours.certificate), `our client found ${JSON.stringify(ours.certificate)}`);
  return theirs;
}

async function clear(ours, peer) {
  await arrived(ours, peer);
  demand(ours.version === undefined || ours.verdicts.includes('ReconnectInClear'), 'with TLS');
}

const asClient = {
  '1.2': (server) => toPeer(server, 'tls', '#preset=postfix&client_versions=1.2', {}, async (ours, peer) => {
    await sealed(ours, peer);
    demand(ours.version === 'TLSv1.2', ours.version);
  }),
  '1.3': (server) => toPeer(server, 'tls', '#preset=postfix&client_versions=1.3', {}, async (ours, peer) => {
    await sealed(ours, peer);
    demand(ours.version === 'TLSv1.3', ours.version);
  }),
  'own cert 1.2': (server) => toPeer(server, 'asks', '#preset=postfix&client_versions=1.2&client_certificate=trusted', {}, async (ours, peer) => {
    demand((await sealed(ours, peer)).verified, 'it did not verify our certificate');
  }),
  'own cert 1.3': (server) => toPeer(server, 'asks', '#preset=postfix&client_certificate=trusted', {}, async (ours, peer) => {
    demand((await sealed(ours, peer)).verified, 'it did not verify our certificate');
  }),
  'asked, none': (server) => toPeer(server, 'asks', '#preset=postfix', {}, async (ours, peer) => {
    demand(!(await sealed(ours, peer)).verified, 'it verified a certificate that was not sent');
  }),
  never: (server) => toPeer(server, 'tls', '#preset=postfix&policy=never', {}, clear),
  required: (server) => toPeer(server, 'tls', '#preset=postfix&policy=required', {}, sealed),
  verified: (server) => toPeer(server, 'tls', '#preset=postfix&policy=verified', {}, sealed),
  'never, demanded': (server) => toPeer(server, 'demands', '#preset=postfix&policy=never', {}, (ours) => demand(/^(Returned|Deferred)\(Reply\(5/.test(ours.settled), ours.settled)),
  'required, demanded': (server) => toPeer(server, 'demands', '#preset=postfix&policy=required', {}, sealed),
  'optional, none': (server) => toPeer(server, 'plain', '#preset=postfix', {}, clear),
  'required, none': (server) => toPeer(server, 'plain', '#preset=postfix&policy=required', {}, deferred),
  'optional, foreign root': (server) => toPeer(server, 'tls', '#preset=postfix', { folder: foreign }, async (ours, peer) => {
    await arrived(ours, peer);
    demand(ours.version !== undefined && !verifies(ours.certificate), `our client found ${JSON.stringify(ours.certificate)}`);
  }),
  'verified, foreign root': (server) => toPeer(server, 'tls', '#preset=postfix&policy=verified', { folder: foreign }, deferred),
  'or clear, foreign root': (server) => toPeer(server, 'tls', '#preset=postfix&policy=verify_or_clear', { folder: foreign }, clear),
  BDAT: (server) => toPeer(server, 'tls', '#preset=postfix&transfer=bdat', { message: '1 MB' }, (ours, peer) => arrived(ours, peer, '1 MB')),
  unpipelined: (server) => toPeer(server, 'tls', '#preset=postfix&pipelining=off', {}, sealed),
};
for (const message of Object.keys(MESSAGES)) {
  asClient[message] = (server) => toPeer(server, 'tls', '#preset=postfix', { message }, (ours, peer) => arrived(ours, peer, message));
}

// ---- groups of the key exchange, with a current OpenSSL ----

/// What both say of the group, and how often the server asked for another hello.
function grouped(theirs, ours, group, askedAgain) {
  agree(theirs, ours);
  demand(ours.group === group && theirs.group.toLowerCase() === group.toLowerCase(), `it says ${theirs.group}, our trace says ${ours.group}`);
  demand(ours.asked_again === askedAgain, `another hello was asked for ${ours.asked_again} times`);
}

const HYBRID = 'x25519mlkem768+x25519+p256';
const HYBRID_LAST = 'x25519+p256+x25519mlkem768';

// What our end has, what OpenSSL has, what they agree on, and how often the server asks for another hello.
const GROUPS = {
  toServer: {
    'X25519MLKEM768': [HYBRID, 'X25519MLKEM768', 'X25519MLKEM768', 0],
    'it has no hybrid': [HYBRID, 'X25519', 'x25519', 0],
    'it leads with another': ['x25519mlkem768', 'X25519:X25519MLKEM768', 'X25519MLKEM768', 1],
    'P-384': ['p384+p256', 'P-384', 'secp384r1', 0],
    'P-256 asked for': ['p384+p256', 'X25519:P-256', 'secp256r1', 1],
  },
  toPeer: {
    'X25519MLKEM768': [HYBRID, 'X25519MLKEM768', 'X25519MLKEM768', 0],
    'it has no hybrid': [HYBRID, 'X25519', 'x25519', 1],
    'it insists': [HYBRID_LAST, 'X25519MLKEM768', 'X25519MLKEM768', 1],
    'P-384': ['p384+p256', 'P-384', 'secp384r1', 0],
    'P-256 asked for': ['p384+p256', 'P-256', 'secp256r1', 1],
  },
};
const cells = (rows, work) => Object.fromEntries(Object.entries(rows).map(([name, row]) => [name, (peer) => work(peer, ...row)]));
const asServerOfGroups = cells(GROUPS.toServer, (client, own, groups, agreed, again) =>
  toServer(client, `#preset=postfix&server_groups=${own}`, { groups }, (theirs, ours) => {
    secured(theirs, ours);
    grouped(theirs, ours, agreed, again);
  }));
const asClientOfGroups = cells(GROUPS.toPeer, (server, own, groups, agreed, again) =>
  toPeer(server, groups, `#preset=postfix&client_groups=${own}`, {}, async (ours, peer) => grouped(await sealed(ours, peer), ours, agreed, again)));

/// Those that are here without `make interop`.
const quick = (peers) => peers.filter(({ name }) => !(QUICK && UNPACKED.includes(name)));

try {
  await table('Our server, with each of these as the client', asServer, quick(CLIENTS));
  await table('Our client, with each of these as the server', asClient, quick(SERVERS));
  await table('Groups: our server', asServerOfGroups, quick([PYOPENSSL]));
  await table('Groups: our client', asClientOfGroups, quick([PYOPENSSL]));
} finally {
  stopAll();
}
process.exit(finish() ? 0 : 1);
