//! speedscope with a profile of the size of a report: another viewer that needs no server.

use std::fmt::Write;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use qspect_tests::{Browser, Server};

use super::memory::peak_megabytes;
use super::table::{median, ms};

/// Longer than anybody waits.
const PATIENCE: Duration = Duration::from_secs(120);

/// What it takes, or why there is no figure.
pub struct Figures {
    pub shown: String,
    pub megabytes: String,
}

/// Opens a profile of `n_frames` frames in as many bytes, in `n_runs` browsers one after the other.
/// `QSPECT_SPEEDSCOPE` is the folder of its npm package that is served.
pub async fn measure(n_bytes: usize, n_frames: usize, n_runs: usize) -> Result<Figures> {
    let folder = std::env::var_os("QSPECT_SPEEDSCOPE").map(PathBuf::from);
    let server = Server::of_folder(folder.context("QSPECT_SPEEDSCOPE is not set")?)?;
    let profiles = tempfile::tempdir()?;
    let path = profiles.path().join("profile.json");
    std::fs::write(&path, profile(n_bytes, n_frames)?)?;
    let (mut shown, mut megabytes) = (Vec::new(), Vec::new());
    for run in 1..=n_runs {
        eprintln!("speedscope: {n_frames} frames, run {run} of {n_runs}");
        let browser = Browser::start().await?;
        browser.client().goto(&server.url("/index.html")).await?;
        browser.wait_for("#file").await?;
        // It names the profile in the title when it draws it.
        let observe = "
            document.querySelector('#file').addEventListener('change', () => {
                globalThis.begun = performance.now();
            }, true);
            new MutationObserver(() => {
                if (!document.title.startsWith('qspect bench')) return;
                requestAnimationFrame(() => requestAnimationFrame(() => {
                    globalThis.painted ??= performance.now();
                }));
            }).observe(document.head, { childList: true, subtree: true, characterData: true });";
        browser.client().execute(observe, vec![]).await?;
        let start = Instant::now();
        browser.set_files("#file", &[&path]).await?;
        let shown_ms = loop {
            let took = browser.client().execute("return globalThis.painted - begun", vec![]).await;
            match took {
                Ok(took) if took.is_number() => break took.as_f64(),
                Ok(_) if start.elapsed() < PATIENCE => tokio::time::sleep(PERIOD).await,
                // Its process is gone, or it waits in vain.
                _ => break None,
            }
        };
        let Some(shown_ms) = shown_ms else {
            return Ok(Figures { shown: "not shown".to_owned(), megabytes: "–".to_owned() });
        };
        shown.push(shown_ms);
        megabytes.extend(peak_megabytes(browser.profile()));
        browser.close().await?;
    }
    Ok(Figures { shown: ms(median(shown)), megabytes: format!("{:.0} MB", median(megabytes)) })
}

const PERIOD: Duration = Duration::from_millis(20);

/// A profile in speedscope's own format; the names of its frames are as long as makes the size.
fn profile(n_bytes: usize, n_frames: usize) -> Result<String> {
    let mut json = String::from(
        r#"{"$schema":"https://www.speedscope.app/file-format-schema.json","shared":{"frames":["#,
    );
    let events: String = (0..n_frames)
        .map(|it| {
            format!(
                r#"{{"type":"O","frame":{it},"at":{it}}},{{"type":"C","frame":{it},"at":{}}},"#,
                it + 1
            )
        })
        .collect();
    let rest = (n_bytes - events.len().min(n_bytes)) / n_frames;
    let path = "x".repeat(rest.saturating_sub(24));
    for frame in 0..n_frames {
        write!(json, r#"{{"name":"node_{frame}{path}"}},"#)?;
    }
    json.pop();
    write!(
        json,
        r#"]}},"profiles":[{{"type":"evented","name":"qspect bench","unit":"none","startValue":0,"endValue":{n_frames},"events":[{}]}}]}}"#,
        events.trim_end_matches(',')
    )?;
    Ok(json)
}
