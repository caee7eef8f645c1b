// For a browser too old to understand the script that starts the page, which could not say so itself. In words that every browser knows.
(function () {
  function say() {
    var line = document.querySelector(".starting > p"), box = document.getElementById("fault");
    if (!line || !box) return;
    line.parentNode.removeChild(line);
    box.textContent = "The page cannot start. It needs a current browser with WebAssembly.";
    box.removeAttribute("hidden");
  }
  if ("noModule" in document.createElement("script")) window.addEventListener("error", say);
  else say();
})();
