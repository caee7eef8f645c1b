// AUTH NTLM against other programs: what each was told, and what our trace says of the proof, the seal over the three messages (MIC) and the
// hash of the certificate in the answer. Prints tables; ends with 1 if a cell failed.

import { createRequire } from 'node:module';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { certificates, send, serve } from './lab.mjs';
import { MESSAGES, difference, files } from './messages.mjs';
import { demand, finish, table } from './table.mjs';
import { Cannot, FOLDER, LIBRARIES, PYTHON, program, run, start, stop, stopAll, until } from './world.mjs';

const require = createRequire(import.meta.url);
const SMTPConnection = require('nodemailer/lib/smtp-connection');
const ntlmAuth = require('nodemailer-ntlm-auth');

const SCRIPT = join(import.meta.dirname, 'ntlm_peers.py');
const HOST = 'ex2010.somorita.com';
const CLIENT = 'desktop.somorita.com';
const [FROM, TO] = ['sales@somorita.com', 'office@somorita.com'];
/// The account of the lab, whose password the scenario says.
const ACCOUNT = { user: 'sales', domain: 'SOMORITA', password: 'correct horse' };

const folder = await certificates('ntlm', '#preset=book');
const message = files().dots;

// ---- clients: each says what the last reply to its login was ----

/// What curl ends with, and the reply that this means.
const CURL = { 0: 235, 67: 535 };

async function curl({ port, tls, initial, binds, user, domain, password, to }) {
  if (binds) throw new Cannot('curl and nodemailer do not bind an answer to a certificate');
  const args = [
    '-q', '-v', '--max-time', '20', `smtp://${HOST}:${port}/${CLIENT}`, '--resolve', `${HOST}:${port}:127.0.0.1`, '--mail-from', FROM, '--mail-rcpt', to,
    '-T', message, '--user', `${domain}\\${user}:${password}`, '--login-options', 'AUTH=NTLM',
    ...(tls ? ['--ssl-reqd', '--cacert', join(folder, 'root.pem')] : []), ...(initial ? ['--sasl-ir'] : []),
  ];
  const { code, output } = await run('curl', args, { encoding: 'latin1' });
  const told = Number(output.match(/^< (235|535) /m)?.[1]);
  demand(CURL[code] === told, `curl ends with ${code}, and was told ${told}`);
  return { code: told, sent: code === 0 };
}

async function nodemailer({ port, tls, binds, user, domain, password, to }) {
  if (binds) throw new Cannot('curl and nodemailer do not bind an answer to a certificate');
  // It always has an initial response.
  let code;
  const NTLM = ({ auth, sendCommand }) => ntlmAuth({
    auth,
    sendCommand: async (command) => {
      const reply = await sendCommand(command);
      code = reply.status;
      return reply;
    },
  });
  const connection = new SMTPConnection({
    host: '127.0.0.1', port, name: CLIENT, requireTLS: tls, ignoreTLS: !tls, connectionTimeout: 5000, socketTimeout: 15_000, customAuth: { NTLM },
    tls: { servername: HOST, ca: readFileSync(join(folder, 'root.pem')) },
  });
  const step = (begin) => new Promise((resolve, reject) => {
    connection.once('error', reject);
    begin((error, value) => (error ? reject(error) : resolve(value)));
  });
  try {
    await step((done) => connection.connect(done));
    const credentials = { user, pass: password, options: { domain, workstation: 'DESKTOP' } };
    await step((done) => connection.login({ user, credentials, method: 'NTLM' }, done));
    await step((done) => connection.send({ from: FROM, to: [to] }, readFileSync(message), done));
    connection.quit();
    return { code, sent: true };
  } catch (error) {
    return { code, sent: false, error: error.message };
  } finally {
    setTimeout(() => connection.close(), 500);
  }
}

const inPython = (library, version = 2) => async ({ port, tls, initial, binds, user, domain, password, to }) => {
  const options = { library, version, port, tls, initial: Boolean(initial), binds, user, domain, password, host: HOST, root: join(folder, 'root.pem'), message, from: FROM, to };
  // Where pyspnego asks for the version.
  const env = { ...PYTHON, ...(version === 1 && { LM_COMPAT_LEVEL: '2' }) };
  const { output } = await run('python3', [SCRIPT, 'client'], { env, input: JSON.stringify(options) });
  const said = JSON.parse(output.trim().split('\n').pop());
  demand(!said.error, said.error);
  return said;
};

async function swaks({ port, tls, initial, user, domain, password, to }) {
  if (initial) throw new Cannot('swaks has no initial response');
  const args = [
    program('usr/bin/swaks'), '--server', '127.0.0.1', '--port', String(port), '--ehlo', CLIENT, '--from', FROM, '--to', to,
    ...(tls ? ['--tls', '--tls-verify', '--tls-ca-path', join(folder, 'root.pem'), '--tls-sni', HOST] : []),
    '--auth', 'NTLM', '--auth-user', user, '--auth-password', password, '--auth-extra', `DOMAIN=${domain}`, '--data', '@-',
  ];
  const { code, output } = await run('perl', args, { env: LIBRARIES, input: readFileSync(message), encoding: 'latin1' });
  return { code: Number(output.match(/^<(?:\*\*|~\*|[-~] ) (235|535) /m)?.[1]), sent: code === 0 };
}

const printed = async (command, args, pattern, env = {}) => (await run(command, args, { env })).output.match(pattern)?.[1];
const ofPython = (name) => () => printed('python3', ['-c', `import spnego, impacket.ntlm, importlib.metadata as m; print(m.version('${name}'))`], /^(\d+\.\d+\.\d+)$/m, PYTHON);

const CLIENTS = [
  {
    name: 'curl', login: curl, seals: false,
    version: async () => {
      const { output } = await run('curl', ['--version']);
      return /^Features:.* NTLM /m.test(output) ? output.match(/curl (\S+)/)?.[1] : undefined;
    },
  },
  { name: 'pyspnego', login: inPython('pyspnego'), seals: true, version: ofPython('pyspnego') },
  { name: 'impacket', login: inPython('impacket'), seals: false, version: ofPython('impacket') },
  {
    name: 'nodemailer-ntlm-auth', login: nodemailer, seals: false,
    version: async () => require('nodemailer-ntlm-auth/package.json').version,
  },
];

const OLD_CLIENTS = [
  {
    name: 'swaks', login: swaks,
    // It offers no extended session security, so it is refused before there is a challenge.
    refusal: 'Refused(Offer)',
    version: async () => {
      const has = await printed('perl', ['-e', 'require Authen::NTLM; print "with Authen::NTLM $Authen::NTLM::VERSION"'], /^(with .+)$/m, LIBRARIES);
      return program('usr/bin/swaks') && has;
    },
  },
  { name: 'pyspnego', login: inPython('pyspnego', 1), refusal: 'Refused(Version1)', version: ofPython('pyspnego') },
  { name: 'impacket', login: inPython('impacket', 1), refusal: 'Refused(Version1)', version: ofPython('impacket') },
];

/// Challenges of ours, none of which may come a second time.
const challenges = new Set();

function fresh(answers, key) {
  for (const challenge of answers.filter((answer) => answer !== null).map((answer) => answer[key])) {
    demand(/^[0-9a-f]{16}$/.test(challenge) && !challenges.has(challenge), `not a new challenge: ${challenge}`);
    challenges.add(challenge);
  }
}

// ---- our server ----

/// One login at our server, and what both say of it.
async function meet(client, fragment, options = {}) {
  const server = await serve(fragment, folder);
  try {
    const theirs = await client.login({ port: server.port, tls: false, initial: false, binds: false, to: TO, ...ACCOUNT, ...options });
    const ours = await server.session();
    demand((ours.version !== undefined) === Boolean(options.tls), `TLS: ${ours.version}`);
    fresh(ours.answers, 'challenge');
    return { theirs, ours };
  } finally {
    server.close();
  }
}

/// The login, and the message behind it.
async function admitted(client, fragment, { bound = false, seals = client.seals, ...options } = {}) {
  const { theirs, ours } = await meet(client, fragment, options);
  demand(theirs.code === 235 && theirs.sent, `it was told ${theirs.code} ${theirs.error ?? ''}: ${ours.judged}`);
  const judged = `Admitted { sealed: ${seals}, bound: ${bound} }`;
  demand(ours.judged.join() === judged, `our server judged ${ours.judged}, not ${judged}`);
  const [answer] = ours.answers;
  demand(ours.answers.length === 1 && answer, 'there is no answer in our trace');
  demand(answer.user === ACCOUNT.user && answer.domain === ACCOUNT.domain, `it is ${answer.domain}\\${answer.user}`);
  demand(answer.proof, 'our trace says that the proof differs');
  demand(answer.mic === (seals ? true : null), `our trace says of the MIC: ${answer.mic}`);
  demand(answer.binds === (options.binds ?? false), `our trace says of the binding: ${answer.binds}`);
  demand(ours.login?.mechanism === 'Ntlm', 'nobody has logged in');
  demand(ours.taken.length === 1, `our server has taken ${ours.taken.length} messages`);
  const wrong = difference(MESSAGES.dots, readFileSync(ours.taken[0].file));
  demand(!wrong, wrong);
}

/// One reply for every reason, and the reason in our trace.
async function refused(client, fragment, reason, { proof, words = /./, ...options }) {
  const { theirs, ours } = await meet(client, fragment, options);
  demand(theirs.code === 535 && !theirs.sent, `it was told ${theirs.code}`);
  demand(ours.judged.join() === reason, `our server judged ${ours.judged}, not ${reason}`);
  demand(words.test(ours.words), `our trace says: ${ours.words}`);
  demand(ours.taken.length === 0 && !ours.login, 'it was let in');
  if (proof !== undefined) demand(ours.answers[0]?.proof === proof, `our trace says of the proof: ${ours.answers[0]?.proof}`);
}

const BOOK = '#preset=book';
const asServer = {
  'in clear': (client) => admitted(client, BOOK),
  'initial response': (client) => admitted(client, BOOK, { initial: true }),
  'in TLS 1.2': (client) => admitted(client, BOOK, { tls: true }),
  'in TLS 1.3': (client) => admitted(client, `${BOOK}&server_versions=1.3`, { tls: true, initial: true }),
  'another password': (client) => admitted(client, `${BOOK}&password=weak`, { password: 'Summer2009' }),
  // Without a time in the challenge there is no MIC. [MS-NLMP] 3.1.5.1.2
  'Windows Server 2003': (client) => admitted(client, `${BOOK}&ntlm_era=2003`, { seals: false }),
  'Exchange 2010': (client) => admitted(client, `${BOOK}&server=exchange`, { to: 'office@partner.example' }),
  'wrong password': (client) => refused(client, BOOK, 'Refused(Denied(WrongPassword))', { password: 'wrong', proof: false }),
  'wrong one in TLS': (client) => refused(client, BOOK, 'Refused(Denied(WrongPassword))', { password: 'wrong', proof: false, tls: true }),
  'no such user': (client) => refused(client, BOOK, 'Refused(Denied(NoSuchUser))', { user: 'nobody' }),
  'bound, EPA none': (client) => admitted(client, BOOK, { tls: true, binds: true }),
  'bound, EPA allow': (client) => admitted(client, `${BOOK}&epa=allow`, { tls: true, binds: true, bound: true }),
  'bound, EPA require': (client) => admitted(client, `${BOOK}&epa=require`, { tls: true, binds: true, bound: true }),
  'unbound, EPA allow': (client) => admitted(client, `${BOOK}&epa=allow`, { tls: true }),
  'unbound, EPA require': (client) => refused(client, `${BOOK}&epa=require`, 'Refused(Bindings(Missing))', { tls: true, proof: true }),
  'in clear, EPA require': (client) => refused(client, `${BOOK}&epa=require`, 'Refused(Bindings(NoTls))', { proof: true }),
};

const asServerOfOld = {
  'in clear': (client) => refused(client, BOOK, client.refusal, { words: /NTLMv1/ }),
  'in TLS 1.2': (client) => refused(client, BOOK, client.refusal, { words: /NTLMv1/, tls: true }),
};

// ---- our client ----

const accounts = join(FOLDER, 'ntlm-accounts');
writeFileSync(accounts, `${ACCOUNT.domain}:${ACCOUNT.user}:${ACCOUNT.password}\n`);
let instances = 0;

/// Our client delivers to a server made of pyspnego.
async function deliver(fragment, options) {
  const file = join(FOLDER, `ntlm-${instances++}.eml`);
  const settings = JSON.stringify({ tls: false, binds: 'no', speaks: true, ...options });
  const server = start('python3', [SCRIPT, 'server', join(folder, 'receiver.pem'), join(folder, 'receiver.key'), file, settings], { env: { ...PYTHON, NTLM_USER_FILE: accounts } });
  const lines = () => server.output.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
  try {
    const { port } = await until('the server of pyspnego', () => lines()[0]);
    const ours = await send(fragment, folder, port, message);
    const theirs = await until('the end of the server of pyspnego', () => lines()[1]);
    demand(theirs.version === ours.version && (ours.version !== undefined) === Boolean(options.tls), `it says ${theirs.version}, our trace says ${ours.version}`);
    fresh(ours.answers, 'client_challenge');
    return { ours, theirs };
  } finally {
    stop(server);
  }
}

async function letIn(fragment, options = {}, { binds = false } = {}) {
  const { ours, theirs } = await deliver(fragment, options);
  const [login] = theirs.logins;
  demand(ours.settled === 'Delivered', `our client says ${ours.settled}; it says ${login?.error ?? theirs.error}`);
  demand(theirs.logins.length === 1 && login.user === `${ACCOUNT.domain}\\${ACCOUNT.user}`, `it let in ${login.user}`);
  demand(login.mic && login.binds === binds && login.target === `SMTPSVC/${HOST}`, JSON.stringify(login));
  const [answer] = ours.answers;
  demand(answer?.proof && answer.mic && answer.binds === binds, `our trace says ${JSON.stringify(answer)}`);
  const wrong = difference(MESSAGES.dots, readFileSync(theirs.file));
  demand(!wrong, wrong);
}

async function shutOut(fragment, options, error, { logins, proof }) {
  const { ours, theirs } = await deliver(fragment, options);
  demand(/^(Returned|Deferred)\(/.test(ours.settled) && !theirs.file, `our client says ${ours.settled}`);
  demand(theirs.logins.length === logins && theirs.logins.every((login) => error.test(login.error)), JSON.stringify(theirs.logins));
  demand(ours.answers.length === logins && ours.answers.every((answer) => answer.proof === proof), `our trace says ${JSON.stringify(ours.answers)}`);
}

const CLEAR = '#preset=ntlm-clear-strong';
const SEALED = '#preset=ntlm-inside-tls';
const asClient = {
  'in clear': () => letIn(CLEAR),
  '334 without a text': () => letIn(CLEAR, { speaks: false }),
  'in TLS 1.2': () => letIn(SEALED, { tls: true }),
  'in TLS 1.3': () => letIn(`${SEALED}&client_versions=1.3`, { tls: true }),
  'wrong password': () => shutOut('#preset=ntlm-wrong', {}, /Invalid NTLM response/, { logins: 3, proof: false }),
  'bound': () => letIn(`${SEALED}&client_binding=on`, { tls: true, binds: 'own' }, { binds: true }),
  // Without one the answer has zeros in its place, which pyspnego takes for what they are.
  'unbound': () => letIn(SEALED, { tls: true, binds: 'own' }),
  "bound to another's": () => shutOut(`${SEALED}&client_binding=on`, { tls: true, binds: 'other' }, /bindings/, { logins: 1, proof: true }),
};
const SERVERS = [{ name: 'pyspnego', version: ofPython('pyspnego') }];

try {
  await table('NTLM: our server, with each of these as the client', asServer, CLIENTS);
  await table('NTLM version 1: our server refuses', asServerOfOld, OLD_CLIENTS);
  await table('NTLM: our client, with each of these as the server', asClient, SERVERS);
} finally {
  stopAll();
}
process.exit(finish() ? 0 : 1);
