// Puts like functions of a module side by side, so that it compresses: a reference to what is near takes fewer bits.
//
//   node tools/order.mjs MODULE.wasm
//
// From the smallest on, each function is followed by the one that is most like it and the last few: that has the most runs of five octets in
// common, by a sketch of 128 hashes. Nothing in the module changes but the order. wasm-opt does the moving, by names that are ranks.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

const [file] = process.argv.slice(2);
const module = readFileSync(file);

// Sections of the binary format. https://webassembly.github.io/spec/core/binary/modules.html
const IMPORT = 2, CODE = 10, FUNCTION = 0;

/** Reads the octets from `at` on. */
function reader(octets, at) {
  const number = () => {
    let value = 0, shift = 0, octet;
    do {
      octet = octets[at++];
      value += (octet & 0x7f) * 2 ** shift;
      shift += 7;
    } while (octet & 0x80);
    return value;
  };
  return { number, take: (length) => octets.subarray(at, at += length), octet: () => octets[at++], at: () => at };
}

const sections = [];
for (const read = reader(module, 8); read.at() < module.length;) sections.push({ id: read.octet(), octets: read.take(read.number()) });
const section = (id) => sections.find((one) => one.id === id).octets;

/** Functions that come from outside have the first numbers. */
function imported() {
  const read = reader(section(IMPORT), 0);
  const string = () => read.take(read.number());
  const limits = () => { const has = read.octet(); read.number(); if (has & 1) read.number(); };
  const kinds = [() => read.number(), () => { read.octet(); limits(); }, limits, () => { read.octet(); read.octet(); }];
  let functions = 0;
  for (let left = read.number(); left > 0; left -= 1) {
    string();
    string();
    const kind = read.octet();
    if (!kinds[kind]) throw new Error(`an import of kind ${kind}, not a function, table, memory or global: tools/order.mjs does not know it`);
    kinds[kind]();
    if (kind === FUNCTION) functions += 1;
  }
  return functions;
}

const HASHES = 128, RUN = 5;
const mix = (value) => {
  const once = Math.imul(value, 0x85ebca6b);
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35);
  return (twice ^ (twice >>> 16)) >>> 0;
};

/** The least hash of all runs, for each of so many ways to hash. */
function sketch(body) {
  const least = new Uint32Array(HASHES).fill(0xffffffff);
  for (let at = 0; at + RUN <= body.length; at += 1) {
    let run = 2166136261;
    for (let next = 0; next < RUN; next += 1) run = Math.imul(run ^ body[at + next], 16777619);
    for (let way = 0; way < HASHES; way += 1) least[way] = Math.min(least[way], mix(run ^ Math.imul(way, 0x9e3779b1)));
  }
  return least;
}

const read = reader(section(CODE), 0);
const bodies = Array.from({ length: read.number() }, () => read.take(read.number()));
const sketches = bodies.map(sketch);

function order() {
  const lengths = bodies.map((body) => Math.log2(body.length));
  const left = new Set(bodies.keys());
  const smallest = bodies.reduce((found, body, at) => (body.length < bodies[found].length ? at : found), 0);
  const found = [smallest];
  left.delete(smallest);
  const likeness = new Float64Array(bodies.length);
  while (left.size > 0) {
    const last = found.at(-1), hashes = sketches[last];
    let best, most = -Infinity;
    for (const other of left) {
      const others = sketches[other];
      let same = 0;
      for (let way = 0; way < HASHES; way += 1) if (hashes[way] === others[way]) same += 1;
      // Half of what those before have in common with it.
      likeness[other] = same + likeness[other] / 2;
      const worth = likeness[other] - Math.abs(lengths[other] - lengths[last]) * HASHES / 100;
      if (worth > most) [best, most] = [other, worth];
    }
    found.push(best);
    left.delete(best);
  }
  return found;
}

const number = (value) => (value < 0x80 ? [value] : [value & 0x7f | 0x80, ...number(Math.floor(value / 0x80))]);
const counted = (octets) => Buffer.concat([Buffer.from(number(octets.length)), octets]);
/** Names are sorted as text. */
const name = (rank) => Buffer.from(String(rank).padStart(9, "0"));

const ranks = new Map(order().map((body, rank) => [body, rank]));
const first = imported();
const names = [...Array(first).keys()].map((at) => [at, at]).concat(bodies.map((_, at) => [first + at, first + ranks.get(at)]));
const map = Buffer.concat([Buffer.from(number(names.length)), ...names.map(([at, rank]) => Buffer.concat([Buffer.from(number(at)), counted(name(rank))]))]);
const custom = Buffer.concat([counted(Buffer.from("name")), Buffer.from([1]), counted(map)]);
writeFileSync(file, Buffer.concat([module, Buffer.from([0]), counted(custom)]));

const features = ["bulk-memory", "mutable-globals", "sign-ext", "nontrapping-float-to-int", "reference-types", "multivalue"].map((one) => `--enable-${one}`);
execFileSync("wasm-opt", [file, "--reorder-functions-by-name", ...features, "-o", file], { stdio: ["ignore", "inherit", "inherit"] });
