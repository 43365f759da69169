// For the hosted page, which shows its shell while the page of one file comes. `cargo xtask build` puts
// this before web/boot.js, and the other page's address into it.

// The page that holds the program.
async function holder() {
  const address = "qspect:page";
  let bytes;
  try {
    const response = await fetch(address);
    if (!response.ok) {
      throw new Error(`the server says ${response.status}`);
    }
    bytes = await response.arrayBuffer();
  } catch (error) {
    throw new Error(
      `it cannot fetch ${address}, which belongs beside this page on a web server: ${error.message}`,
    );
  }
  const text = new TextDecoder("utf-16").decode(bytes);
  return new DOMParser().parseFromString(text, "text/html").documentElement;
}
