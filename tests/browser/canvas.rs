//! The canvases: drawn again when the colours or the room around them change.

use anyhow::Result;
use qspect_tests::Browser;
use serde_json::json;

use crate::page::{exporter, page_with, show_view, wait_until};

/// Waits until a canvas has a pixel in the colour that its legend has for quantized nodes, which is
/// this one.
async fn wait_for_color(browser: &Browser, css: &str, rgb: [u8; 3]) -> Result<()> {
    let (css, rgb) = (json!(css), json!(rgb));
    let script = format!(
        "const canvas = document.querySelector({css});
        if (!canvas?.width) return false;
        const mark = canvas.closest('.qs-card').querySelector('.qs-mark--quantized');
        const legend = getComputedStyle(mark).color.match(/\\d+/g).join();
        const {{ data }} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        for (let at = 0; at < data.length; at += 4) {{
            const color = data.subarray(at, at + 3).join();
            if (color === legend) return color === {rgb}.join();
        }}
        return false"
    );
    wait_until(browser, &script).await
}

#[tokio::test]
async fn canvases_follow_colours_and_size() -> Result<()> {
    const LIGHT: [u8; 3] = [63, 127, 217];
    const DARK: [u8; 3] = [91, 149, 234];
    let files = [
        exporter("mobilenet_v2.mixed.qspect.json.gz"),
        exporter("mobilenet_v2.ethosu.qspect.json.gz"),
    ];
    let browser = page_with(&[&files[0], &files[1]]).await?;
    browser.wait_for(".qs-headline").await?;
    for (view, css) in [("Overview", ".qs-strip canvas"), ("Compare", ".qs-diff-strips canvas")] {
        show_view(&browser, view).await?;
        // The system's scheme, as long as the reader has not chosen a theme.
        browser.set_media(&[("prefers-color-scheme", "light")]).await?;
        wait_for_color(&browser, css, LIGHT).await?;
        browser.set_media(&[("prefers-color-scheme", "dark")]).await?;
        wait_for_color(&browser, css, DARK).await?;
        // Light, dark, and the system's again.
        for rgb in [LIGHT, DARK, DARK] {
            browser.wait_for("button[title^=Theme]").await?.click().await?;
            wait_for_color(&browser, css, rgb).await?;
        }
        for width in [700, 1100] {
            browser.set_window(width, 800).await?;
            let fits = format!(
                "const canvas = document.querySelector({});
                const room = canvas.parentElement.clientWidth;
                const width = canvas.width / devicePixelRatio;
                return width <= room + 1 && width > 0.8 * room",
                json!(css)
            );
            wait_until(&browser, &fits).await?;
        }
    }
    assert_eq!(browser.console_errors().await?, [""; 0]);
    browser.close().await
}
