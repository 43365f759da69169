//! What happens when a reader is quicker than the worker, or the worker stops.

use anyhow::Result;
use qspect_tests::{Browser, viewer};

use crate::page::{eval, page_with, report, show_view, wait_until};

/// An answer that comes when its view is gone is not a problem.
#[tokio::test]
async fn late_answers_are_dropped() -> Result<()> {
    let browser = page_with(&[&report("swin_t.mixed.debug.txt")?]).await?;
    browser.wait_for(".qs-headline").await?;
    show_view(&browser, "Nodes").await?;
    browser.wait_for("[role=rowgroup] [role=row]").await?;
    // The clicks are one task each, so the view changes before the worker can answer.
    let open_and_leave = "
        document.querySelectorAll('[role=rowgroup] [role=row]')[3].click();
        return new Promise((done) => setTimeout(() => {
            document.querySelector('#qs-tab-overview').click();
            setTimeout(done, 300);
        }));";
    eval(&browser, open_and_leave).await?;
    browser.wait_for(".qs-headline").await?;
    show_view(&browser, "Text").await?;
    browser.wait_for(".qs-text pre").await?;
    let save_and_leave = "
        [...document.querySelectorAll('.qs-text button')].find((it) => it.textContent.includes('Save')).click();
        document.querySelector('#qs-tab-overview').click();
        return new Promise((done) => setTimeout(done, 300));";
    eval(&browser, save_and_leave).await?;
    assert_eq!(browser.console_errors().await?, [""; 0]);
    show_view(&browser, "Nodes").await?;
    browser.wait_for("[role=rowgroup] [role=row]").await?;
    browser.close().await
}

/// A drop while another is being read: the last drop is what the reader wants to see.
#[tokio::test]
async fn the_last_drop_is_shown() -> Result<()> {
    let browser = page_with(&[&report("mlp_mixed.partial.debug.txt")?]).await?;
    browser.wait_for_text(".qs-headline", "0 of 7 nodes are quantized").await?;
    let first = std::fs::read(report("swin_t.mixed.debug.txt")?)?;
    let second = std::fs::read(report("executorch-1.5.1/ds_cnn.cortex_m.debug.txt")?)?;
    // In one task of the page, so that the worker has not begun with the first.
    let hold = "
        window.events = [];
        const drop = (event) => {
            if (event.isTrusted === false && !event.held) {
                event.stopImmediatePropagation();
                event.preventDefault();
                window.events.push(event.dataTransfer);
            }
        };
        window.addEventListener('drop', drop, { capture: true });
        window.release = () => {
            window.removeEventListener('drop', drop, { capture: true });
            for (const dataTransfer of window.events) {
                const init = { bubbles: true, cancelable: true, dataTransfer };
                document.body.dispatchEvent(new DragEvent('drop', init));
            }
        };";
    eval(&browser, hold).await?;
    browser.drop_files("body", &[("first.txt", &first)]).await?;
    browser.drop_files("body", &[("second.txt", &second)]).await?;
    eval(&browser, "release()").await?;
    browser.wait_for(".qs-chip:nth-child(3)").await?;
    browser.wait_for_text(".qs-headline", "All 23 nodes are quantized").await?;
    browser.close().await
}

/// A worker that stops while it reads a file takes no other report with it.
#[tokio::test]
async fn a_stopped_worker_costs_one_file() -> Result<()> {
    // Scripts that stand before the policy may run; this one keeps the page's workers at hand.
    let keep = "<head><script>
        window.workers = [];
        window.Worker = class extends Worker {
            constructor(...of) { super(...of); workers.push(this); }
        };
    </script>";
    let html = std::fs::read_to_string(viewer()?)?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("viewer.html");
    std::fs::write(&path, html.replacen("<head>", keep, 1))?;
    let browser = Browser::start().await?;
    browser.open(&path).await?;
    browser
        .set_files("#qs-open", &[&report("executorch-1.5.1/ds_cnn.cortex_m.debug.txt")?])
        .await?;
    browser.wait_for_text(".qs-headline", "All 23 nodes are quantized").await?;

    // The error that a browser reports when the memory is exhausted.
    let stop = "
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File(['x'.repeat(50_000_000)], 'hostile.log'));
        document.body.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer }));
        const timer = setInterval(() => {
            const bar = document.querySelector('[role=progressbar]');
            if (bar && bar.getAttribute('aria-valuenow') !== '0') {
                clearInterval(timer);
                workers[0].dispatchEvent(new ErrorEvent('error', { message: 'out of memory' }));
            }
        });";
    eval(&browser, stop).await?;
    browser.wait_for_text("[role=alert]", "hostile.log").await?;
    browser.wait_for_text("[role=alert]", "out of memory").await?;
    browser.wait_for_text(".qs-headline", "All 23 nodes are quantized").await?;
    show_view(&browser, "Nodes").await?;
    wait_until(&browser, "return document.querySelector('[role=grid]').ariaRowCount === '25'")
        .await?;
    browser.close().await
}
