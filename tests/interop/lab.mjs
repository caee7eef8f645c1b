// Our own end: examples/tcp.

import { join } from 'node:path';
import { FOLDER, ROOT, run, start, until } from './world.mjs';

const TCP = join(ROOT, 'target/debug/examples/tcp');
export const RECIPIENT = 'office@partner.example';
export const SENDER = 'sales@somorita.com';

/// Certificates of both ends in a folder of that name.
export async function certificates(name, fragment = '#preset=postfix&client_certificate=trusted') {
  const folder = join(FOLDER, name);
  const { code, output } = await run(TCP, ['certificates', fragment, folder]);
  if (code !== 0) throw new Error(output);
  return folder;
}

/// Our server, which says what became of each session.
export async function serve(fragment, folder) {
  const server = start(TCP, ['serve', fragment, folder]);
  const lines = () => server.output.split('\n').slice(0, -1).map((line) => JSON.parse(line));
  const { port } = await until('our server', () => lines()[0]);
  let taken = 1;
  return {
    port,
    /// The next session that has ended.
    session: async () => {
      const session = await until('the end of a session', () => lines()[taken]);
      taken += 1;
      if (session.error) throw new Error(session.error);
      return session;
    },
    close: () => server.child.stdin.end(),
  };
}

/// Our client delivers to a port, and says what became of it.
export async function send(fragment, folder, port, message) {
  const { code, output } = await run(TCP, ['send', fragment, folder, String(port), ...(message ? [message] : [])]);
  if (code !== 0) throw new Error(output);
  return JSON.parse(output);
}
