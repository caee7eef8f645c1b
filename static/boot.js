// Starts the page's WebAssembly module, and says how far it has come; says so plainly when it cannot start, or when it stops.
// The one that loads it, start.js, says it when this file is missing.

const fault = (headline, error, again) => {
  const box = document.getElementById("fault");
  const add = (tag, text) => box.appendChild(Object.assign(document.createElement(tag), { textContent: text }));
  box.replaceChildren();
  add("strong", headline);
  add("p", `${error?.name ?? "Error"}: ${error?.message ?? error}`);
  if (again) add("button", "Try again").addEventListener("click", () => location.reload());
  box.hidden = false;
};

// Whether everything is here: what breaks on the way is told from what is broken.
let loaded = false;

// Where the glue, the module and the style sheet come from: this page's own folder. In the page that is one file static/single.js takes the place of all
// that is down to the call of `parts`.
const LOST = "The page cannot start: a part of it could not be loaded. It needs a web server, and does not work from a file.";
const here = (name) => new URL(name, import.meta.url);
// Below a second nobody waits.
const QUIET = 1_000;

// The style sheet of all that the first paint does without; nothing else is drawn before it is there.
const styled = () => new Promise((onload, fail) => {
  const sheet = { rel: "stylesheet", href: here("./page.css"), onload, onerror: () => fail("page.css") };
  document.head.append(Object.assign(document.createElement("link"), sheet));
});

// The module as it comes in, counted in plain sight.
const fetched = async (address) => {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address.pathname}: status ${response.status}`);
  const line = document.querySelector(".starting > p");
  const started = performance.now();
  let octets = 0;
  const count = new TransformStream({
    transform(chunk, on) {
      octets += chunk.byteLength;
      if (performance.now() - started > QUIET) line.textContent = `Loading the session … ${(octets / 1e6).toFixed(1)} MB`;
      on.enqueue(chunk);
    },
  });
  return new Response(response.body.pipeThrough(count), { headers: response.headers });
};

const parts = async () => {
  const [{ default: init }, module] = await Promise.all([import(here("./starttls-lab.js")), fetched(here("./starttls-lab_bg.wasm")), styled()]);
  // Read to its end before it is compiled.
  const octets = await module.arrayBuffer();
  loaded = true;
  return { init, octets };
};

try {
  const { init, octets } = await parts();
  await init({ module_or_path: octets });
  // Everything is here: from now on nothing can be asked of anybody, this page's own folder included. A second policy only takes away.
  document.head.append(Object.assign(document.createElement("meta"), { httpEquiv: "Content-Security-Policy", content: "connect-src 'none'" }));
  // A panic ends in the instruction `unreachable`: from then on the module must not be called any more.
  addEventListener("error", (event) => {
    if (event.error instanceof WebAssembly.RuntimeError) {
      fault("The page has stopped because of a fault in it. Please load it again.", event.error, true);
    }
  });
} catch (error) {
  // What was starting is not; the heading stays.
  document.querySelectorAll(".starting > p").forEach((line) => line.remove());
  fault(loaded ? "The page cannot start. It needs a current browser with WebAssembly." : LOST, error, !loaded);
}
