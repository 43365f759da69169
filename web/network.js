// Reads a report from an address, for the page and for the element: the only place that asks the network
// for anything.

async function fetchReport(url, options) {
  const response = await fetch(url, options);
  if (!response.ok) {
    throw new Error(`the server says ${response.status} ${response.statusText}`.trim());
  }
  return response.blob();
}
