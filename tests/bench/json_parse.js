// What a page without Qspect would do, in a fresh worker: JSON.parse on the bytes of the file, and the
// cheapest walk that counts nodes. Returns the milliseconds of the first time and of the second.
return (async () => {
  const source = `onmessage = ({ data }) => {
    try {
      postMessage([0, 1].map(() => {
        const start = performance.now();
        const report = JSON.parse(new TextDecoder().decode(data));
        let nodes = 0;
        for (const node of report.graph.nodes) nodes += node.annotation ? 1 : 0;
        const end = performance.now();
        if (!nodes) throw new Error("no nodes");
        return end - start;
      }));
    } catch (error) {
      postMessage(String(error));
    }
  }`;
  const worker = new Worker(URL.createObjectURL(new Blob([source])));
  const bytes = await document.querySelector("#bench").files[0].arrayBuffer();
  const answer = await new Promise((done) => {
    worker.onmessage = ({ data }) => done(data);
    worker.onerror = ({ message }) => done(`the worker stopped: ${message}`);
    worker.postMessage(bytes, [bytes]);
  });
  worker.terminate();
  return answer;
})();
