// Starts the page's WebAssembly module; says so plainly when it cannot start, or when it stops.
import init from "./starttls-lab.js";

const fault = (headline, error) => {
  const box = document.getElementById("fault");
  const add = (tag, text) => box.appendChild(Object.assign(document.createElement(tag), { textContent: text }));
  box.replaceChildren();
  add("strong", headline);
  add("p", `${error?.name ?? "Error"}: ${error?.message ?? error}`);
  box.hidden = false;
};

try {
  await init({ module_or_path: new URL("./starttls-lab_bg.wasm", import.meta.url) });
  // Everything is here: from now on nothing can be asked of anybody, this page's own folder included. A second policy only takes away.
  document.head.append(Object.assign(document.createElement("meta"), { httpEquiv: "Content-Security-Policy", content: "connect-src 'none'" }));
  // A panic ends in the instruction `unreachable`: from then on the module must not be called any more.
  addEventListener("error", (event) => {
    if (event.error instanceof WebAssembly.RuntimeError) {
      fault("The page has stopped because of a fault in it. Please load it again.", event.error);
    }
  });
} catch (error) {
  // What was starting is not; the heading stays.
  document.querySelectorAll(".starting > p").forEach((line) => line.remove());
  fault("The page cannot start. It needs a current browser with WebAssembly, and a web server: it does not work from a file.", error);
}
