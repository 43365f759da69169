//! The element in somebody else's page: when it starts, what it shares, what it leaves behind, and
//! where it works.

use std::process::Command;

use anyhow::{Result, bail};
use qspect_tests::{Browser, element};
use serde_json::json;

use crate::element_page::{host, html, open, server};
use crate::page::{eval, eval_with, wait_until};

#[tokio::test]
async fn without_javascript_the_children_show() -> Result<()> {
    let (browser, server) = open(
        "",
        r#"<qspect-report id="a" src="ds_cnn.json"><a href="ds_cnn.json">r</a></qspect-report>"#,
    )
    .await?;
    assert_eq!(eval(&browser, "return childShows('a')").await?, true);
    assert_eq!(server.n_requests("/ds_cnn.json"), 0);
    browser.close().await
}

#[tokio::test]
async fn what_is_far_below_waits() -> Result<()> {
    let (browser, server) = host(
        r#"<div style="height: 5000px"></div>
        <qspect-report id="a" src="ds_cnn.json"><a href="ds_cnn.json">r</a></qspect-report>"#,
    )
    .await?;
    wait_until(&browser, "return customElements.get('qspect-report') !== undefined").await?;
    // Several frames, in which what is near would have begun.
    eval(
        &browser,
        "setTimeout(() => requestAnimationFrame(() => { globalThis.isLater = true }), 500)",
    )
    .await?;
    wait_until(&browser, "return globalThis.isLater === true").await?;
    assert_eq!(
        eval(&browser, "return [nCompiled, workers.length, childShows('a')]").await?,
        json!([0, 0, true])
    );
    assert_eq!(server.n_requests("/ds_cnn.json"), 0);
    eval(&browser, "element('a').scrollIntoView()").await?;
    wait_until(&browser, "return isShown('a')").await?;
    assert_eq!(server.n_requests("/ds_cnn.json"), 1);
    browser.close().await
}

#[tokio::test]
async fn twenty_share_a_module_and_only_those_in_sight_start() -> Result<()> {
    let elements: String = (0..20)
        .map(|it| format!(r#"<qspect-report id="e{it}" src="ds_cnn.{it}.json"></qspect-report>"#))
        .collect();
    let (browser, server) = open("", &elements).await?;
    for it in 0..20 {
        let path = format!("/ds_cnn.{it}.json");
        server.put(&path, std::fs::read(crate::page::exporter("ds_cnn.cortex_m.qspect.json"))?)?;
    }
    eval(&browser, "import('/qspect.js')").await?;
    let n_shown = "return [...document.querySelectorAll('qspect-report')].filter((it) => isShown(it.id)).length";
    // 900 pixels of window and 200 below it have room for three of 480, the last in part.
    wait_until(&browser, &format!("{n_shown} === 3")).await?;
    eval(&browser, "setTimeout(() => { globalThis.isLater = true }, 500)").await?;
    wait_until(&browser, "return globalThis.isLater === true").await?;
    assert_eq!(eval(&browser, n_shown).await?, 3);
    assert_eq!(
        (0..20).filter(|it| server.n_requests(&format!("/ds_cnn.{it}.json")) > 0).count(),
        3
    );
    let shared = "return [nCompiled, memories.length, workers.length]";
    assert_eq!(eval(&browser, shared).await?, json!([1, 1, 1]));
    // All of them, one after the other: still one of each.
    for it in 0..20 {
        eval_with(&browser, "element(arguments[0]).scrollIntoView()", &[json!(format!("e{it}"))])
            .await?;
        wait_until(&browser, &format!("return isShown('e{it}')")).await?;
    }
    assert_eq!(eval(&browser, shared).await?, json!([1, 1, 1]));
    browser.close().await
}

#[tokio::test]
async fn moved_it_stays_and_removed_it_goes() -> Result<()> {
    let (browser, server) = host(
        r#"<div id="one"><qspect-report id="a" src="ds_cnn.json" view="nodes"></qspect-report></div>
        <div id="two"></div>"#,
    )
    .await?;
    wait_until(&browser, "return find('a', '#qs-row-2') !== null").await?;
    eval(&browser, "find('a', '#qs-row-2').click()").await?;
    wait_until(&browser, "return find('a', '.qs-detail') !== null").await?;
    eval(&browser, "element('two').append(element('a'))").await?;
    eval(&browser, "setTimeout(() => { globalThis.isLater = true }, 200)").await?;
    wait_until(&browser, "return globalThis.isLater === true").await?;
    assert_eq!(eval(&browser, "return find('a', '.qs-detail') !== null").await?, true);
    assert_eq!(server.n_requests("/ds_cnn.json"), 1);
    // It still hears its reader.
    eval(&browser, "find('a', '[role=tab]').click()").await?;
    wait_until(&browser, "return viewOf('a') === 'Overview'").await?;
    eval(&browser, "globalThis.kept = element('a'); kept.remove()").await?;
    wait_until(
        &browser,
        "return kept.shadowRoot.querySelector('.qs-root').childElementCount === 0",
    )
    .await?;
    // Attached again, it begins again.
    eval(&browser, "element('one').append(kept)").await?;
    wait_until(&browser, "return isShown('a')").await?;
    assert_eq!(eval(&browser, "return viewOf('a')").await?, "Nodes");
    browser.close().await
}

/// What the page holds after a collection: nodes, listeners, bytes of JavaScript, bytes of WebAssembly
/// here and in the worker.
async fn held(browser: &Browser) -> Result<[f64; 5]> {
    browser.devtools("HeapProfiler.collectGarbage", json!({})).await?;
    let metrics = browser.devtools("Performance.getMetrics", json!({})).await?;
    let metric = |name: &str| {
        let all = metrics["metrics"].as_array().into_iter().flatten();
        all.filter(|it| it["name"] == name).find_map(|it| it["value"].as_f64()).unwrap_or_default()
    };
    let sizes = eval(browser, "return [memories[0].buffer.byteLength, workerBytes]").await?;
    let size = |at: usize| sizes[at].as_f64().unwrap_or_default();
    Ok([metric("Nodes"), metric("JSEventListeners"), metric("JSHeapUsedSize"), size(0), size(1)])
}

#[tokio::test]
async fn two_hundred_rounds_leave_nothing_behind() -> Result<()> {
    let (browser, _server) = open("", r#"<div id="stage"></div>"#).await?;
    // The worker reports the size of its memory with every answer.
    let script = "
        globalThis.workerBytes = 0;
        const Counted = Worker;
        Worker = class extends Counted {
            constructor(url, options) {
                const channel = `memory ${Math.random()}`;
                new BroadcastChannel(channel).onmessage = ({ data }) => { workerBytes = data };
                const source = `
                    const channel = new BroadcastChannel(${JSON.stringify(channel)});
                    const { instantiate } = WebAssembly;
                    WebAssembly.instantiate = async (...given) => {
                        const made = await instantiate(...given);
                        setInterval(() => channel.postMessage(made.exports.memory.buffer.byteLength), 50);
                        return made;
                    };
                    import ${JSON.stringify(String(url))};`;
                super(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })), options);
            }
        };
        globalThis.rounds = 0;
        globalThis.attachAndDetach = async (n) => {
            for (let at = 0; at < n; at++) {
                const it = document.createElement('qspect-report');
                it.setAttribute('src', 'mobilenet.json.gz');
                it.setAttribute('view', at % 2 ? 'nodes' : 'overview');
                const isReady = new Promise((resolve) => it.addEventListener('qspect:ready', resolve));
                element('stage').append(it);
                await isReady;
                await new Promise(requestAnimationFrame);
                it.remove();
                await new Promise(requestAnimationFrame);
            }
            rounds += n;
        };
        import('/qspect.js').then(() => attachAndDetach(20))";
    eval(&browser, script).await?;
    wait_until(&browser, "return rounds === 20 && workerBytes > 0").await?;
    browser.devtools("Performance.enable", json!({})).await?;
    // Two hundred viewers that stayed would be tens of thousands of nodes, and megabytes of each memory.
    let bounds = [200.0, 40.0, 1e6, 262_144.0, 4_194_304.0];
    let mut growth = Vec::new();
    let mut n_rounds = 20;
    // A memory never shrinks: where the machine is slow and several viewers go at once, it has grown by
    // that, once. What leaks grows in any two hundred rounds.
    for _ in 0..3 {
        let before = held(&browser).await?;
        for _ in 0..4 {
            n_rounds += 50;
            eval(&browser, "told.length = 0; attachAndDetach(50)").await?;
            wait_until(&browser, &format!("return rounds === {n_rounds}")).await?;
        }
        eval(&browser, "told.length = 0").await?;
        let after = held(&browser).await?;
        println!("before {before:?}, after {after:?}");
        let grown = after.iter().zip(&before).map(|(after, before)| after - before);
        if grown.zip(bounds).all(|(grown, bound)| grown <= bound) {
            return browser.close().await;
        }
        growth.push(format!("before {before:?}, after {after:?}"));
    }
    bail!("it grows: {growth:?}")
}

#[tokio::test]
async fn from_another_origin_it_has_a_worker_too() -> Result<()> {
    let far = server()?;
    let (browser, _server) = open(
        &far.url("/qspect.js"),
        &format!(r#"<qspect-report id="a" src="{}"></qspect-report>"#, far.url("/mlp.json")),
    )
    .await?;
    wait_until(&browser, "return isShown('a')").await?;
    // A worker's own instance: here there is one.
    assert_eq!(
        eval(&browser, "return [nCompiled, memories.length, workers.length]").await?,
        json!([1, 1, 1])
    );
    assert_eq!(browser.console_errors().await?, [""; 0]);
    browser.close().await
}

#[tokio::test]
async fn without_a_worker_the_page_reads() -> Result<()> {
    let far = server()?;
    let near = server()?;
    let body =
        r#"<qspect-report id="a" src="mlp.json mobilenet.json.gz" view="text"></qspect-report>"#;
    near.put("/page.html", html(&far.url("/qspect.js"), body))?;
    let policy =
        format!("script-src 'self' 'wasm-unsafe-eval' {}; worker-src 'none'", far.url("/"));
    near.header("/page.html", "Content-Security-Policy", &policy)?;
    let browser = Browser::start().await?;
    browser.client().goto(&near.url("/page.html")).await?;
    wait_until(
        &browser,
        "return text('a').includes('mlp.json') && text('a').includes('FINAL QUANTIZATION REPORT')",
    )
    .await?;
    assert_eq!(eval(&browser, "return kinds('a')").await?, "ready");
    // Removed and attached again, it still reads.
    eval(
        &browser,
        "const a = element('a'); a.remove(); setTimeout(() => document.body.append(a), 100)",
    )
    .await?;
    wait_until(&browser, "return kinds('a') === 'ready ready'").await?;
    browser.close().await
}

#[tokio::test]
async fn a_strict_policy_has_nothing_to_refuse() -> Result<()> {
    let server = server()?;
    server.put(
        "/page.html",
        html("/qspect.js", r#"<qspect-report id="a" src="mlp.json"></qspect-report>"#),
    )?;
    let policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; img-src data:";
    for path in ["/page.html", "/qspect.js"] {
        server.header(path, "Content-Security-Policy", policy)?;
    }
    let browser = Browser::start().await?;
    browser.client().goto(&server.url("/page.html")).await?;
    wait_until(&browser, "return isShown('a')").await?;
    for view in ["nodes", "modules", "text"] {
        eval_with(&browser, "element('a').view = arguments[0]", &[json!(view)]).await?;
        wait_until(&browser, &format!("return element('a').view === '{view}' && isShown('a')"))
            .await?;
    }
    assert_eq!(eval(&browser, "return workers.length").await?, 1);
    assert_eq!(browser.console_errors().await?, [""; 0]);
    browser.close().await
}

#[tokio::test]
async fn imported_where_there_is_no_window_it_does_nothing() -> Result<()> {
    // As a page's server does that renders pages in a worker, by another name than the element's own.
    let (browser, _server) = open("", "").await?;
    let script = "
        const source = `import('${new URL('/qspect.js', location)}').then(
            (it) => postMessage(Object.keys(it).join()), (error) => postMessage(String(error)))`;
        const blob = new Blob([source], { type: 'text/javascript' });
        new Worker(URL.createObjectURL(blob), { type: 'module' }).onmessage = ({ data }) => {
            globalThis.imported = data;
        }";
    eval(&browser, script).await?;
    wait_until(&browser, "return globalThis.imported !== undefined").await?;
    assert_eq!(eval(&browser, "return imported").await?, "QspectReport");
    // Importing it twice in one page, by two URLs, is not an error either.
    eval(&browser, "import('/qspect.js').then(() => import('/qspect.js#2')).then(() => { imported = 'twice' }, (it) => { imported = String(it) })").await?;
    wait_until(&browser, "return imported !== 'QspectReport'").await?;
    assert_eq!(eval(&browser, "return imported").await?, "twice");
    // The same in a server's own engine, where this machine has one.
    let folder = tempfile::tempdir()?;
    let module = folder.path().join("qspect.mjs");
    std::fs::copy(element()?, &module)?;
    let script = "import(process.argv[1]).then((it) => console.log(Object.keys(it).join()))";
    if let Ok(output) = Command::new("node").args(["-e", script]).arg(&module).output() {
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "QspectReport\n");
    }
    browser.close().await
}

#[tokio::test]
async fn a_worker_that_dies_is_replaced() -> Result<()> {
    let (browser, _server) = host(
        r#"<qspect-report id="a" src="ds_cnn.json"><a href="ds_cnn.json">r</a></qspect-report>
        <qspect-report id="b" src="mlp.json" view="nodes"></qspect-report>"#,
    )
    .await?;
    wait_until(&browser, "return isShown('a') && isShown('b')").await?;
    let kill = "
        told.length = 0;
        workers.at(-1).terminate();
        workers.at(-1).dispatchEvent(new ErrorEvent('error', { message: 'out of memory' }))";
    // Neither file was being read: both are read again, by one new worker.
    for n_workers in 2..=4 {
        eval(&browser, kill).await?;
        wait_until(&browser, "return kinds('a') === 'ready' && kinds('b') === 'ready'").await?;
        wait_until(&browser, "return isShown('a') && isShown('b')").await?;
        assert_eq!(eval(&browser, "return viewOf('b')").await?, "Nodes");
        assert_eq!(eval(&browser, "return workers.length").await?, n_workers);
    }
    // Again and again does not help.
    eval(&browser, kill).await?;
    wait_until(&browser, "return kinds('a') === 'error' && kinds('b') === 'error'").await?;
    let detail = eval(&browser, "return told.find((it) => it.id === 'a').detail").await?;
    assert_eq!(detail["file"], "ds_cnn.json");
    assert!(detail["message"].as_str().is_some_and(|it| it.contains("out of memory")), "{detail}");
    assert_eq!(eval(&browser, "return childShows('a')").await?, true);
    eval(&browser, "element('a').setAttribute('src', 'mlp.json')").await?;
    wait_until(&browser, "return kinds('a') === 'error ready' && isShown('a')").await?;
    browser.close().await
}
