// For the page of one file, which holds the program itself. `cargo xtask build` puts this before
// web/boot.js.

// The page that holds the program, as it was before anything ran. The document need not keep its own.
function holder() {
  const page = document.documentElement.cloneNode(true);
  document.querySelectorAll("[type='application/octet-stream']").forEach((it) => it.remove());
  return page;
}
