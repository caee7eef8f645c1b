// A current OpenSSL, the one inside of pyOpenSSL, at either end, with groups of our choice. Debian's has no post-quantum ones.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RECIPIENT, SENDER } from './lab.mjs';
import { FOLDER, PYTHON, run, start, stop, until } from './world.mjs';

const SCRIPT = join(import.meta.dirname, 'pyopenssl.py');
let instances = 0;

/// What makes it have these groups and no others.
function environment(groups) {
  const file = join(FOLDER, `openssl-${instances++}.cnf`);
  writeFileSync(file, `openssl_conf = lab\n[lab]\nssl_conf = ssl\n[ssl]\nsystem_default = ends\n[ends]\nGroups = ${groups}\n`);
  return { ...PYTHON, OPENSSL_CONF: file };
}

async function deliver({ port, host, folder, message, groups }) {
  const input = JSON.stringify({ port, host, message, from: SENDER, to: RECIPIENT, root: join(folder, 'root.pem') });
  const { output } = await run('python3', [SCRIPT, 'client'], { env: environment(groups), input });
  return JSON.parse(output);
}

async function serve(groups, folder) {
  const file = join(FOLDER, `pyopenssl-${instances++}.eml`);
  const args = [SCRIPT, 'server', join(folder, 'receiver.pem'), join(folder, 'receiver.key'), file];
  const server = start('python3', args, { env: environment(groups) });
  const lines = () => server.output.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
  const { port } = await until('pyOpenSSL', () => lines()[0]);
  return {
    port,
    taken: async () => {
      const said = await until('the end of pyOpenSSL', () => lines()[1]);
      if (said.error) throw new Error(said.error);
      return { ...said, octets: readFileSync(file) };
    },
    close: () => stop(server),
  };
}

export const PYOPENSSL = {
  name: 'pyOpenSSL', deliver, serve,
  version: async () => {
    const { code, output } = await run('python3', ['-c', 'from OpenSSL import SSL; print(SSL.SSLeay_version(SSL.SSLEAY_VERSION).decode())'], { env: PYTHON });
    return code === 0 ? `of ${output.trim().split(' ').slice(0, 2).join(' ')}` : undefined;
  },
};
