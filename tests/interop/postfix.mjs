// Postfix in a folder of its own: a server with a mailbox, or a relay that sends on.

import { chownSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FOLDER, LIBRARIES, freePort, listening, program, run, start, stop, until } from './world.mjs';

// Users that every Debian system has; Postfix wants three that are not the same.
const MAIL = 8;
const NOBODY = 65534;
let instances = 0;

const daemons = () => program('usr/lib/postfix/sbin/master')?.replace(/\/master$/, '');

export async function version() {
  if (!daemons()) return undefined;
  if (process.getuid() !== 0) return undefined;
  const { output } = await run(program('usr/sbin/postconf'), ['-d', '-h', 'mail_version'], { env: LIBRARIES });
  return output.match(/^\d+\.\d+\.\d+$/m)?.[0];
}

/// Starts it with these settings over its own; on which port it takes mail, what it has logged and what lies in its mailbox.
export async function postfix(settings) {
  const folder = join(FOLDER, `postfix-${instances++}`);
  const at = (...names) => join(folder, ...names);
  for (const name of ['', 'conf', 'queue', 'data', 'boxes']) mkdirSync(at(name));
  for (const name of ['active', 'bounce', 'corrupt', 'defer', 'deferred', 'flush', 'hold', 'incoming', 'maildrop', 'pid', 'private', 'public', 'saved', 'trace']) {
    mkdirSync(at('queue', name));
    if (name !== 'pid') chownSync(at('queue', name), MAIL, 0);
  }
  chownSync(at('data'), MAIL, 0);
  chownSync(at('boxes'), NOBODY, NOBODY);
  const port = await freePort();
  const sbin = daemons();
  const main = {
    compatibility_level: '3.6',
    queue_directory: at('queue'),
    data_directory: at('data'),
    daemon_directory: sbin,
    command_directory: program('usr/sbin/postconf').replace(/\/postconf$/, ''),
    shlib_directory: sbin.replace(/\/sbin$/, ''),
    mail_owner: 'mail',
    setgid_group: 'daemon',
    default_privs: 'nobody',
    import_environment: 'MAIL_CONFIG TZ LD_LIBRARY_PATH',
    maillog_file: at('log'),
    maillog_file_prefixes: folder,
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    myhostname: 'mx.partner.example',
    mydestination: '',
    alias_maps: '',
    local_recipient_maps: '',
    virtual_mailbox_domains: 'partner.example',
    virtual_mailbox_base: at('boxes'),
    virtual_mailbox_maps: 'static:office/',
    virtual_uid_maps: `static:${NOBODY}`,
    virtual_gid_maps: `static:${NOBODY}`,
    virtual_minimum_uid: '1',
    message_size_limit: '20480000',
    minimal_backoff_time: '4000s',
    smtpd_tls_loglevel: '1',
    smtp_tls_loglevel: '1',
    ...settings,
  };
  writeFileSync(at('conf', 'main.cf'), Object.entries(main).map(([name, value]) => `${name} = ${value}\n`).join(''));
  const services = [
    `127.0.0.1:${port} inet n - n - - smtpd`,
    'cleanup unix n - n - 0 cleanup',
    'qmgr unix n - n 300 1 qmgr',
    'tlsmgr unix - - n 1000? 1 tlsmgr',
    'rewrite unix - - n - - trivial-rewrite',
    'bounce unix - - n - 0 bounce',
    'defer unix - - n - 0 bounce',
    'trace unix - - n - 0 bounce',
    'flush unix n - n 1000? 0 flush',
    'proxymap unix - - n - - proxymap',
    'smtp unix - - n - - smtp',
    'error unix - - n - - error',
    'retry unix - - n - - error',
    'virtual unix - n n - - virtual',
    'anvil unix - - n - 1 anvil',
    'scache unix - - n - 1 scache',
    'postlog unix-dgram n - n - 1 postlogd',
  ];
  writeFileSync(at('conf', 'master.cf'), `${services.join('\n')}\n`);
  const master = start(join(sbin, 'master'), ['-c', at('conf'), '-d'], { env: { ...LIBRARIES, MAIL_CONFIG: at('conf') } });
  await listening(port, 'Postfix');
  const log = () => (existsSync(at('log')) ? readFileSync(at('log'), 'utf8') : '');
  const box = at('boxes', 'office', 'new');
  return {
    port,
    log,
    /// The message that has arrived last.
    arrived: async () => {
      const status = await until('a delivery in the log of Postfix', () => log().match(/status=\w+ .*\n/)?.[0]);
      if (!status.startsWith('status=sent')) throw new Error(status);
      return readFileSync(join(box, readdirSync(box)[0]));
    },
    close: () => stop(master),
  };
}
