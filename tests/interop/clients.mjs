// Programs that deliver a message to our server. Each says whether it was sent, and what it knows of TLS.

import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RECIPIENT, SENDER, send } from './lab.mjs';
import * as postfix from './postfix.mjs';
import { Cannot, LIBRARIES, PYTHON, program, run, start, stop, until } from './world.mjs';

const require = createRequire(import.meta.url);
const SMTPConnection = require('nodemailer/lib/smtp-connection');

/// The text with dots doubled and its end, as DATA carries it. RFC 5321 §4.5.2
function stuffed(octets) {
  let text = octets.toString('latin1').replace(/(^|\r\n)\./g, '$1..');
  if (text !== '' && !text.endsWith('\r\n')) text += '\r\n';
  return Buffer.from(`${text}.\r\n`, 'latin1');
}

/// Types R into s_client, which begins a second handshake then.
async function renegotiate({ port, host, folder }) {
  const client = start('openssl', [
    's_client', '-connect', `127.0.0.1:${port}`, '-starttls', 'smtp', '-name', 'client.example', '-brief', '-tls1_2', '-legacy_renegotiation',
    '-CAfile', join(folder, 'root.pem'), '-verify_hostname', host,
  ]);
  await until('the handshake of s_client', () => /CONNECTION ESTABLISHED/.test(client.output));
  client.child.stdin.write('R\n');
  const { output } = await client.ended;
  return { sent: false, refused: /RENEGOTIATING[^]*no renegotiation/.test(output), error: output.split('\n').slice(-3).join(' ') };
}

/// s_client makes the TLS; the commands are typed into it, each after the answer to the one before.
async function openssl({ port, host, folder, tls, version, certificate, login, pipelining, renegotiates, message }) {
  if (renegotiates) return renegotiate({ port, host, folder });
  if (tls === 'optional') throw new Cannot('s_client gives up without TLS');
  if (login || pipelining) throw new Cannot('it has no SMTP of its own after STARTTLS');
  const versions = { 'TLSv1.2': ['-tls1_2'], 'TLSv1.3': ['-tls1_3'] }[version] ?? [];
  const client = start('openssl', [
    's_client', '-connect', `127.0.0.1:${port}`, '-starttls', 'smtp', '-name', 'client.example', '-brief', '-nocommands', '-ign_eof',
    '-CAfile', join(folder, 'root.pem'), '-verify_hostname', host, '-verify_return_error', ...versions,
    ...(certificate ? ['-cert', join(folder, 'sender.pem'), '-key', join(folder, 'sender.key')] : []),
  ], { encoding: 'latin1' });
  const replies = () => client.output.match(/^\d{3} .*$/gm) ?? [];
  try {
    // The reply to EHLO in clear ends in a line of this form, too.
    await until('the handshake of s_client', () => /CONNECTION ESTABLISHED/.test(client.output) || client.child.exitCode !== null);
    if (client.child.exitCode !== null) return { sent: false, error: client.output.trim().split('\n').pop() };
    let seen = replies().length;
    const say = async (octets, code) => {
      client.child.stdin.write(octets);
      const reply = await until(`an answer to ${octets.slice(0, 20)}`, () => replies()[seen]);
      seen += 1;
      if (!reply.startsWith(code)) throw new Error(reply);
    };
    await say('EHLO client.example\r\n', '250');
    await say(`MAIL FROM:<${SENDER}>\r\n`, '250');
    await say(`RCPT TO:<${RECIPIENT}>\r\n`, '250');
    await say('DATA\r\n', '354');
    await say(stuffed(readFileSync(message)), '250');
    client.child.stdin.write('QUIT\r\n');
    await client.ended;
    return {
      sent: true,
      version: client.output.match(/Protocol version: (\S+)/)?.[1],
      cipher: client.output.match(/Ciphersuite: (\S+)/)?.[1],
      verified: /Verification: OK/.test(client.output),
    };
  } finally {
    stop(client);
  }
}

async function swaks({ port, host, folder, tls, version, certificate, login, pipelining, wrongName, message }) {
  if (wrongName) throw new Cannot('swaks of this version verifies the chain and not the name');
  const args = [
    program('usr/bin/swaks'), '--server', '127.0.0.1', '--port', String(port), '--ehlo', 'client.example', '--from', SENDER, '--to', RECIPIENT,
    tls === 'required' ? '--tls' : '--tls-optional', '--tls-verify', '--tls-ca-path', join(folder, 'root.pem'), '--tls-sni', host,
    // What it reads goes out as it is.
    '--no-data-fixup', '--data', '-',
  ];
  if (version) args.push('--tls-protocol', version.toLowerCase().replace('.', '_'));
  if (certificate) args.push('--tls-cert', join(folder, 'sender.pem'), '--tls-key', join(folder, 'sender.key'));
  if (login) args.push('--auth', login.mechanism, '--auth-user', login.user, '--auth-password', login.password);
  if (pipelining) args.push('--pipeline');
  const { code, output } = await run('perl', args, { env: LIBRARIES, input: stuffed(readFileSync(message)), encoding: 'latin1' });
  const [, started, cipher] = output.match(/TLS started with cipher (TLSv[\d.]+):(\S+?):/) ?? [];
  const error = output.match(/^(?:\*\*\*|<~\*|<\*\*).*/m)?.[0];
  return { sent: code === 0, version: started, cipher, verified: started ? true : undefined, error };
}

async function smtplib({ port, host, folder, tls, version, certificate, login, pipelining, message }) {
  if (pipelining) throw new Cannot('smtplib sends one command at a time');
  const options = {
    port, tls, version, login, message, host, from: SENDER, to: RECIPIENT, root: join(folder, 'root.pem'),
    certificate: certificate && [join(folder, 'sender.pem'), join(folder, 'sender.key')],
  };
  const { output } = await run('python3', [join(import.meta.dirname, 'smtplib_client.py')], { env: PYTHON, input: JSON.stringify(options) });
  const said = JSON.parse(output);
  return { ...said, sent: said.sent === true };
}

async function curl({ port, host, folder, tls, version, certificate, login, pipelining, message }) {
  if (pipelining) throw new Cannot('curl sends one command at a time');
  const args = [
    '-q', '-v', '--max-time', '20', `smtp://${host}:${port}/client.example`, '--resolve', `${host}:${port}:127.0.0.1`,
    tls === 'required' ? '--ssl-reqd' : '--ssl', '--cacert', join(folder, 'root.pem'), '--mail-from', SENDER, '--mail-rcpt', RECIPIENT, '-T', message,
  ];
  if (version) args.push(`--${version.toLowerCase()}`, '--tls-max', version.replace('TLSv', ''));
  if (certificate) args.push('--cert', join(folder, 'sender.pem'), '--key', join(folder, 'sender.key'));
  if (login) args.push('--user', `${login.user}:${login.password}`, '--login-options', `AUTH=${login.mechanism}`);
  const { code, output } = await run('curl', args, { encoding: 'latin1' });
  const [, used, cipher] = output.match(/SSL connection using (TLSv[\d.]+) \/ (\S+)/) ?? [];
  return { sent: code === 0, version: used, cipher, verified: used && /SSL certificate verify ok/.test(output), error: output.match(/^curl: .*/m)?.[0] };
}

async function nodemailer({ port, host, folder, tls, version, certificate, login, pipelining, message }) {
  if (pipelining) throw new Cannot('nodemailer sends one command at a time');
  const file = (name) => readFileSync(join(folder, name));
  const connection = new SMTPConnection({
    host: '127.0.0.1', port, name: 'client.example', requireTLS: tls === 'required', opportunisticTLS: tls === 'optional', connectionTimeout: 5000, socketTimeout: 15_000,
    tls: {
      servername: host, ca: file('root.pem'), ...(version && { minVersion: version, maxVersion: version }),
      ...(certificate && { cert: file('sender.pem'), key: file('sender.key') }),
    },
  });
  const step = (begin) => new Promise((resolve, reject) => {
    connection.once('error', reject);
    begin((error, value) => (error ? reject(error) : resolve(value)));
  });
  try {
    await step((done) => connection.connect(done));
    const socket = connection._socket;
    const secured = socket.getProtocol && { version: socket.getProtocol(), cipher: socket.getCipher().standardName, verified: socket.authorized };
    if (login) await step((done) => connection.login({ user: login.user, credentials: { user: login.user, pass: login.password }, method: login.mechanism }, done));
    await step((done) => connection.send({ from: SENDER, to: [RECIPIENT], use8BitMime: true }, readFileSync(message), done));
    connection.quit();
    return { sent: true, ...secured };
  } catch (error) {
    return { sent: false, error: error.message };
  } finally {
    setTimeout(() => connection.close(), 500);
  }
}

async function msmtp({ port, host, folder, tls, version, certificate, login, pipelining, message }) {
  if (tls === 'optional') throw new Cannot('msmtp has TLS on or off');
  if (pipelining) throw new Cannot('msmtp sends one command at a time');
  const args = [
    '--file=/dev/null', '--debug', '--host=127.0.0.1', `--port=${port}`, '--domain=client.example', `--from=${SENDER}`, '--tls=on', '--tls-starttls=on',
    `--tls-trust-file=${join(folder, 'root.pem')}`, `--tls-host-override=${host}`, '--timeout=15',
  ];
  if (version) args.push(`--tls-priorities=NORMAL:-VERS-ALL:+VERS-${version.replace('TLSv', 'TLS')}`);
  if (certificate) args.push(`--tls-cert-file=${join(folder, 'sender.pem')}`, `--tls-key-file=${join(folder, 'sender.key')}`);
  if (login) args.push(`--auth=${login.mechanism.toLowerCase()}`, `--user=${login.user}`, `--passwordeval=echo '${login.password}'`);
  const { code, output } = await run(program('usr/bin/msmtp'), [...args, RECIPIENT], { env: LIBRARIES, input: readFileSync(message), encoding: 'latin1' });
  const [, used, cipher] = output.match(/\(TLS([\d.]+)\)-\S*\(([A-Z0-9-]+)\)\s*$/m) ?? [];
  return { sent: code === 0, version: used && `TLSv${used}`, cipher, verified: used ? true : undefined, error: output.match(/^msmtp: .*/m)?.[0] };
}

/// Postfix as a relay: our client gives it the message, it gives it to our server.
async function relay({ port, host, folder, tls, version, certificate, login, pipelining, message }) {
  if (login) throw new Cannot('it needs the modules of Cyrus SASL, which are not unpacked');
  const server = await postfix.postfix({
    virtual_mailbox_domains: '', relay_domains: 'partner.example', relay_transport: `smtp:[127.0.0.1]:${port}`,
    smtp_tls_security_level: tls === 'optional' ? 'may' : 'secure', smtp_tls_secure_cert_match: host, smtp_tls_CAfile: join(folder, 'root.pem'),
    ...(version && { smtp_tls_mandatory_protocols: `>=${version}, <=${version}`, smtp_tls_protocols: `>=${version}, <=${version}` }),
    ...(certificate && { smtp_tls_cert_file: join(folder, 'sender.pem'), smtp_tls_key_file: join(folder, 'sender.key') }),
    ...(!pipelining && { smtp_discard_ehlo_keywords: 'pipelining' }),
  });
  try {
    const given = await send('#preset=postfix&policy=never', folder, server.port, message);
    if (given.settled !== 'Delivered') throw new Error(`our client could not give the message to Postfix: ${given.settled}`);
    const log = await until('the end of a delivery by Postfix', () => /status=\w+/.test(server.log()) && server.log());
    const [, trust, used, cipher] = log.match(/(\w+) TLS connection established to .*: (TLSv[\d.]+) with cipher (\S+)/) ?? [];
    return { sent: /status=sent/.test(log), version: used, cipher, verified: trust && trust === 'Verified', error: log.match(/status=.*/)?.[0] };
  } finally {
    server.close();
  }
}

const printed = async (command, args, pattern, env = {}) => {
  if (!command) return undefined;
  const { output } = await run(command, args, { env });
  return output.match(pattern)?.[1];
};

/// Only s_client can be told to renegotiate.
const once = (deliver) => (options) => {
  if (options.renegotiates) throw new Cannot('it never begins a second handshake');
  return deliver(options);
};

export const CLIENTS = [
  { name: 'openssl s_client', deliver: openssl, version: () => printed(program('openssl'), ['version'], /OpenSSL (\S+)/) },
  { name: 'swaks', deliver: once(swaks), version: () => printed(program('usr/bin/swaks') && 'perl', [program('usr/bin/swaks'), '--version'], /version (\d+\.\d+)/, LIBRARIES) },
  { name: 'smtplib', deliver: once(smtplib), version: () => printed(program('python3'), ['--version'], /Python (\S+)/) },
  { name: 'curl', deliver: once(curl), version: () => printed(program('curl'), ['--version'], /curl (\S+)/) },
  { name: 'nodemailer', deliver: once(nodemailer), version: async () => require('nodemailer/package.json').version },
  { name: 'msmtp', deliver: once(msmtp), version: () => printed(program('usr/bin/msmtp'), ['--version'], /version (\S+)/, LIBRARIES) },
  { name: 'Postfix as a relay', deliver: once(relay), version: postfix.version },
];
