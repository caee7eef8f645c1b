// Loads what starts the page, once that has been painted, and says so when it does not load: nothing else could.
shown.then(() => import("./boot.js")).catch(() => {
  const box = document.getElementById("fault");
  box.textContent = "The page cannot start: its first script could not be loaded. Please load the page again.";
  box.hidden = false;
  document.querySelectorAll(".starting > p").forEach((line) => line.remove());
});
