// A folder of its own under the system's, programs in it, and their end.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../..');
const PEERS = join(ROOT, '.tools/peers');

/// Everything that the tests write is in here. Mail servers drop their rights, and have to reach it.
export const FOLDER = mkdtempSync(join(tmpdir(), 'starttls-lab-'));
chmodSync(FOLDER, 0o755);

/// What a cell asks for that a program cannot do.
export class Cannot extends Error {}

const running = new Set();

/// A program of Debian's that was unpacked, or the system's.
export function program(...names) {
  const places = [...names.map((name) => join(PEERS, name)), ...(process.env.PATH ?? '').split(delimiter).map((place) => join(place, names[0].split('/').pop()))];
  return places.find((place) => existsSync(place));
}

/// What an unpacked program needs to find its libraries; the system's own come after.
export const LIBRARIES = {
  LD_LIBRARY_PATH: unpacked('usr/lib/postfix', 'usr/lib/*-linux-gnu'),
  PERL5LIB: unpacked('usr/lib/*-linux-gnu/perl5/*', 'usr/share/perl5'),
};

/// The folders of these forms, as a search path; a star stands for one name.
function unpacked(...forms) {
  const expand = (folder, [name, ...rest]) => {
    if (name === undefined) return [folder];
    const names = name.includes('*') && existsSync(folder) ? readdirSync(folder).filter((found) => found.endsWith(name.slice(1))) : [name];
    return names.flatMap((found) => expand(join(folder, found), rest));
  };
  return forms.flatMap((form) => expand(PEERS, form.split('/'))).filter((folder) => existsSync(folder)).join(delimiter);
}

export const PYTHON = { PYTHONPATH: join(ROOT, '.tools/python'), PYTHONDONTWRITEBYTECODE: '1' };

/// Starts a program; its output is collected as text.
export function start(command, args, { env = {}, cwd = FOLDER, encoding = 'utf8' } = {}) {
  const child = spawn(command, args, { cwd, env: { PATH: process.env.PATH, LANG: 'C.UTF-8', HOME: FOLDER, ...env }, stdio: 'pipe', detached: true });
  running.add(child);
  const done = { child, output: '' };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding(encoding).on('data', (text) => (done.output += text));
  child.stdin.on('error', () => {});
  done.ended = new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: -1, output: (done.output += error.message) }));
    child.on('close', (code) => {
      running.delete(child);
      resolve({ code, output: done.output });
    });
  });
  return done;
}

/// Runs a program to its end, 30 s at most.
export async function run(command, args, options = {}) {
  const started = start(command, args, options);
  if (options.input !== undefined) started.child.stdin.end(options.input);
  const timer = setTimeout(() => stop(started), 30_000);
  const ended = await started.ended;
  clearTimeout(timer);
  return ended;
}

/// The process and those that it started.
export function stop({ child }) {
  try {
    process.kill(-child.pid, 'SIGTERM');
  } catch {
    // It has ended.
  }
}

export function stopAll() {
  for (const child of running) stop({ child });
  rmSync(FOLDER, { recursive: true, force: true });
}

process.on('SIGINT', () => {
  stopAll();
  process.exit(130);
});

/// A port that nobody listens on at the moment.
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/// Waits until a condition gives something, for 10 s at most.
export async function until(what, condition) {
  const end = Date.now() + 10_000;
  for (;;) {
    const found = await condition();
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited 10 s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/// Waits until somebody greets on a port, and says so.
export async function listening(port, who) {
  await until(`${who.name ?? who} to listen`, () =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('data', () => {
        socket.end('QUIT\r\n');
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    }));
}
