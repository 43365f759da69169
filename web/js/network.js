// Reads a report from an address that the element's `src` names.

async function fetchReport(url, options) {
  const response = await fetch(url, options);
  if (!response.ok) {
    throw new Error(`the server answers ${response.status} ${response.statusText}`.trim());
  }
  return response.blob();
}
