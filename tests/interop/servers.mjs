// Programs that take a message from our client. Each says what arrived, and what it knows of TLS.
//
// `kind` is `plain` (no STARTTLS), `tls`, `demands` (nothing without TLS) or `asks` (for a certificate of the client's).

import { createRequire } from 'node:module';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as postfix from './postfix.mjs';
import { Cannot, FOLDER, LIBRARIES, PYTHON, freePort, listening, program, run, start, stop, until } from './world.mjs';

const require = createRequire(import.meta.url);
const { SMTPServer } = require('smtp-server');
let instances = 0;

async function postfixServer(kind, folder) {
  const server = await postfix.postfix({
    smtpd_tls_security_level: { plain: 'none', demands: 'encrypt' }[kind] ?? 'may',
    smtpd_tls_ask_ccert: kind === 'asks' ? 'yes' : 'no',
    smtpd_tls_cert_file: join(folder, 'receiver.pem'), smtpd_tls_key_file: join(folder, 'receiver.key'), smtpd_tls_CAfile: join(folder, 'root.pem'),
  });
  return {
    port: server.port,
    taken: async () => {
      const octets = await server.arrived();
      // Of the last connection.
      const session = server.log().split(': connect from ').pop();
      const [, trust, version, cipher] = session.match(/(\w+) TLS connection established from .*: (TLSv[\d.]+) with cipher (\S+)/) ?? [];
      return { octets, version, cipher, verified: trust === 'Trusted' };
    },
    close: server.close,
  };
}

async function exim(kind, folder) {
  const home = join(FOLDER, `exim-${instances++}`);
  const at = (...names) => join(home, ...names);
  for (const name of ['', 'spool', 'box']) {
    mkdirSync(at(name));
    chownSync(at(name), 8, 8);
  }
  // The user that Debian compiled in exists for this process only.
  writeFileSync(at('passwd'), `${readFileSync('/etc/passwd', 'utf8')}Debian-exim:x:104:104::/:/bin/false\n`);
  writeFileSync(at('group'), `${readFileSync('/etc/group', 'utf8')}Debian-exim:x:104:\n`);
  const port = await freePort();
  const tls = kind === 'plain' ? 'tls_advertise_hosts =' : `tls_advertise_hosts = *
tls_certificate = ${join(folder, 'receiver.pem')}
tls_privatekey = ${join(folder, 'receiver.key')}
tls_verify_certificates = ${join(folder, 'root.pem')}
tls_try_verify_hosts = ${kind === 'asks' ? '*' : ''}`;
  writeFileSync(at('conf'), `
primary_hostname = mx.partner.example
exim_user = mail
exim_group = mail
exim_path = ${program('usr/sbin/exim4')}
spool_directory = ${at('spool')}
log_file_path = ${at('log-%s')}
pid_file_path = ${at('pid')}
daemon_smtp_ports = ${port}
local_interfaces = 127.0.0.1
host_lookup =
rfc1413_hosts =
${tls}
log_selector = +tls_cipher +tls_certificate_verified
message_size_limit = 20M
keep_environment = LD_LIBRARY_PATH : LD_PRELOAD : NSS_WRAPPER_PASSWD : NSS_WRAPPER_GROUP
never_users =
deliver_drop_privilege
acl_smtp_mail = ${kind === 'demands' ? 'demand' : 'accept'}
acl_smtp_rcpt = accept
acl_smtp_data = accept
begin acl
demand:
  require encrypted = *
  accept
begin routers
box:
  driver = accept
  domains = partner.example
  transport = box
begin transports
box:
  driver = appendfile
  directory = ${at('box')}
  maildir_format
  user = mail
  group = mail
begin retry
begin rewrite
begin authenticators
`);
  const env = { ...LIBRARIES, LD_PRELOAD: 'libnss_wrapper.so', NSS_WRAPPER_PASSWD: at('passwd'), NSS_WRAPPER_GROUP: at('group') };
  const daemon = start(program('usr/sbin/exim4'), ['-C', at('conf'), '-bdf', '-odi'], { env });
  await listening(port, 'Exim');
  return {
    port,
    taken: async () => {
      const file = await until('a message from Exim', () => existsSync(at('box', 'new')) && readdirSync(at('box', 'new'))[0]);
      const octets = readFileSync(at('box', 'new', file));
      const [, version, cipher] = readFileSync(at('log-main'), 'utf8').match(/ X=TLS([\d.]+):(\S+):\d+ /) ?? [];
      const verified = / CV=yes /.test(readFileSync(at('log-main'), 'utf8'));
      return { octets, version: version && `TLSv${version}`, cipher, verified };
    },
    close: () => stop(daemon),
  };
}

async function aiosmtpd(kind, folder) {
  const at = join(FOLDER, `aiosmtpd-${instances++}`);
  mkdirSync(at);
  const args = [at, join(folder, 'receiver.pem'), join(folder, 'receiver.key'), join(folder, 'root.pem'), kind];
  const server = start('python3', ['-W', 'ignore', join(import.meta.dirname, 'aiosmtpd_server.py'), ...args], { env: PYTHON });
  const lines = () => server.output.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
  const { port } = await until('aiosmtpd', () => lines()[0]);
  return {
    port,
    taken: async () => {
      const said = await until('a message from aiosmtpd', () => lines()[1]);
      return { octets: readFileSync(said.file), version: said.version ?? undefined, cipher: said.cipher ?? undefined, verified: said.certificate };
    },
    close: () => stop(server),
  };
}

async function smtpServer(kind, folder) {
  if (kind === 'demands') throw new Cannot('smtp-server demands TLS of those who log in only');
  const file = (name) => readFileSync(join(folder, name));
  const taken = [];
  const server = new SMTPServer({
    name: 'mx.partner.example', authOptional: true, disableReverseLookup: true, size: 20_000_000, cert: file('receiver.pem'), key: file('receiver.key'), ca: file('root.pem'),
    disabledCommands: kind === 'plain' ? ['STARTTLS'] : [], requestCert: kind === 'asks', rejectUnauthorized: false,
    onData(stream, session, done) {
      const pieces = [];
      stream.on('data', (piece) => pieces.push(piece));
      stream.on('end', () => {
        const socket = server.connections.values().next().value?._socket;
        taken.push({
          octets: Buffer.concat(pieces),
          version: session.secure ? session.tlsOptions?.version : undefined,
          cipher: session.secure ? session.tlsOptions?.standardName : undefined,
          verified: socket?.authorized === true,
        });
        done();
      });
    },
  });
  server.on('error', () => {});
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  return {
    port: server.server.address().port,
    taken: () => until('a message from smtp-server', () => taken[0]),
    close: () => server.close(),
  };
}

export const SERVERS = [
  { name: 'Postfix', serve: postfixServer, version: postfix.version },
  {
    name: 'Exim', serve: exim,
    version: async () => {
      const path = program('usr/sbin/exim4');
      if (!path || process.getuid() !== 0) return undefined;
      const version = readFileSync(path, 'latin1').match(/\0(4\.\d\d)\0/);
      return version?.[1] ?? 'of Debian';
    },
  },
  {
    name: 'aiosmtpd', serve: aiosmtpd,
    version: async () => {
      const { code, output } = await run('python3', ['-c', 'import aiosmtpd; print(aiosmtpd.__version__)'], { env: PYTHON });
      return code === 0 ? output.trim() : undefined;
    },
  },
  { name: 'smtp-server', serve: smtpServer, version: async () => require('smtp-server/package.json').version },
];
