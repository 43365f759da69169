// Reads a report from an address, for the page and for the element. Nothing else asks the network for
// anything, but a hosted page for its program (web/fetched.js).

async function fetchReport(url, options) {
  const response = await fetch(url, options);
  if (!response.ok) {
    throw new Error(`the server says ${response.status} ${response.statusText}`.trim());
  }
  return response.blob();
}
