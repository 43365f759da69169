//! What stays float and why, from the first screen down to one node.

use anyhow::{Context, Result};
use qspect_core::text::number_format::thousands;
use qspect_tests::Browser;
use serde_json::{Value, json};

use crate::page::{eval, eval_with, exporter, page_with, report, show_view, wait_until};

/// A page with the exporter's report of swin_t.
async fn swin_t() -> Result<Browser> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("swin_t.mixed.qspect.json");
    let packed = std::fs::File::open(exporter("swin_t.mixed.qspect.json.gz"))?;
    let mut json = std::fs::File::create(&path)?;
    std::io::copy(&mut flate2::read::GzDecoder::new(packed), &mut json)?;
    let browser = page_with(&[&path]).await?;
    // The page has read the file by then.
    browser.wait_for(".qs-headline").await?;
    Ok(browser)
}

/// Clicks the first button whose text has this in it.
async fn click(browser: &Browser, css: &str, text: &str) -> Result<()> {
    let script = "
        const it = [...document.querySelectorAll(arguments[0])]
            .find((it) => it.textContent.includes(arguments[1]));
        it?.click();
        return Boolean(it)";
    let is_there = eval_with(browser, script, &[json!(css), json!(text)]).await?;
    anyhow::ensure!(is_there == true, "no {css} says {text:?}");
    Ok(())
}

/// Waits until the grid has this many rows.
async fn wait_for_rows(browser: &Browser, n_rows: usize) -> Result<()> {
    let expected = n_rows + 1; // with the header
    wait_until(
        browser,
        &format!("return document.querySelector('[role=grid]')?.ariaRowCount === '{expected}'"),
    )
    .await
}

/// The first number in the text of the element that matches.
async fn figure(browser: &Browser, css: &str, at: usize) -> Result<String> {
    let script = "return document.querySelectorAll(arguments[0])[arguments[1]]?.textContent";
    let text = eval_with(browser, script, &[json!(css), json!(at)]).await?;
    Ok(text.as_str().context("no such element")?.to_owned())
}

/// Each figure of the first screen leads to as many nodes as it shows.
#[tokio::test]
async fn every_figure_leads_to_its_nodes() -> Result<()> {
    let browser = swin_t().await?;
    browser
        .wait_for_text(
            ".qs-headline",
            "158 of 1,334 compute nodes stay float, 99 of them on purpose",
        )
        .await?;
    let overview = "document.querySelector('#qs-tab-overview').click()";
    // The legend of the strip, which lists 16 bits separately, unlike the filters.
    for (label, n_nodes) in [
        ("quantized, up to 8 bits", 1136),
        ("quantized, 16 bits or more", 40),
        ("float by config", 99),
        ("rejected", 44),
        ("not matched", 15),
        ("not float", 15),
        ("input or output", 2),
    ] {
        browser.wait_for(".qs-legend").await?;
        let legend = figure(&browser, ".qs-legend", 0).await?;
        assert!(legend.contains(&format!("{label}{}", thousands(n_nodes))), "{legend}");
        click(&browser, ".qs-legend__item", label).await?;
        wait_for_rows(&browser, n_nodes).await?;
        if label.starts_with("quantized") {
            browser.wait_for_text(".qs-within", label).await?;
        }
        eval(&browser, overview).await?;
    }
    // Coverage leads to what is missing.
    for (at, start) in [(0, "88.2 %"), (1, "100 %"), (2, "98.8 %")] {
        browser.wait_for(".qs-figure").await?;
        assert!(figure(&browser, ".qs-figure b", at).await?.starts_with(start));
        eval(&browser, &format!("document.querySelectorAll('.qs-figure')[{at}].click()")).await?;
        wait_for_rows(&browser, 158).await?;
        eval(&browser, overview).await?;
    }
    // Rows of the cards: the figure is the number of nodes, but of islands, where it is crossings.
    let why = "Why nodes stay float";
    let cards = [(why, 0), (why, 1), (why, 2), ("Findings", 0), ("Findings", 2)];
    for (title, at) in cards.into_iter().chain([("Ops, and how they are quantized", 2)]) {
        browser.wait_for(".qs-rows").await?;
        let script = "
            const card = [...document.querySelectorAll('.qs-card')]
                .find((it) => it.querySelector('h2').textContent === arguments[0]);
            const row = card.querySelectorAll('button.qs-row')[arguments[1]];
            row.click();
            return row.querySelector('b').textContent";
        let n_nodes = eval_with(&browser, script, &[json!(title), json!(at)]).await?;
        let n_nodes = n_nodes.as_str().context("no figure")?.parse().context("no number")?;
        wait_for_rows(&browser, n_nodes).await?;
        eval(&browser, overview).await?;
    }
    // Inputs and outputs are listed apart.
    browser.wait_for_text(".qs-overview", "x quantized, output quantized").await?;
    browser.wait_for(".qs-rows").await?;
    click(&browser, "button.qs-row", "from add_39").await?;
    wait_for_rows(&browser, 18).await?;
    // The filter is shown, survives a reload of the address, and can be taken away.
    assert_eq!(
        eval(&browser, "return location.hash.split(/&?file=/)[0]").await?,
        "#view=nodes&within=island-1"
    );
    browser.wait_for_text(".qs-within", "in float island 1").await?;
    browser.wait_for(".qs-within").await?.click().await?;
    wait_for_rows(&browser, 1351).await?;
    assert_eq!(browser.console_errors().await?, [""; 0]);
    browser.close().await
}

/// The strip names the node under the pointer and under the keyboard, and opens it.
#[tokio::test]
async fn the_strip_names_and_opens_nodes() -> Result<()> {
    let browser = swin_t().await?;
    browser.wait_for(".qs-strip canvas").await?;
    // It is drawn: as many colours as there are kinds of nodes, and the background.
    wait_until(&browser, "return document.querySelector('.qs-strip canvas').width > 300").await?;
    let n_colors = eval(
        &browser,
        "const canvas = document.querySelector('.qs-strip canvas');
         const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
         return new Set(new Uint32Array(data.buffer)).size",
    )
    .await?;
    assert!(n_colors.as_u64().is_some_and(|it| it >= 6), "{n_colors} colours");

    let strip = browser.wait_for(".qs-strip").await?;
    strip.send_keys("\u{E014}").await?; // right
    let label = "conv2d · quantized · aten.conv2d.default · in features.0.0";
    browser.wait_for_text(".qs-strip__label", label).await?;
    assert_eq!(strip.attr("aria-valuetext").await?.as_deref(), Some(label));
    // With Shift to the next one that is not quantized.
    strip.send_keys("\u{E008}\u{E014}").await?;
    browser.wait_for_text(".qs-strip__label", "add · float by config").await?;
    eval(
        &browser,
        "const strip = document.querySelector('.qs-strip');
         const { left, top } = strip.getBoundingClientRect();
         const at = { clientX: left + 3, clientY: top + 3, bubbles: true };
         strip.dispatchEvent(new MouseEvent('mousemove', at));",
    )
    .await?;
    browser.wait_for_text(".qs-strip__label", "x · input, quantized").await?;
    strip.send_keys("\u{E010}\u{E007}").await?; // to the end, open
    browser.wait_for_text(".qs-detail h2", "output").await?;
    browser.close().await
}

/// The search field is a filter language: it completes fields and values by keyboard, shows why a
/// filter cannot be read, and a way out where it finds nothing.
#[tokio::test]
async fn the_search_is_a_filter() -> Result<()> {
    const DOWN: &str = "\u{E015}";
    const ENTER: &str = "\u{E007}";
    const TAB: &str = "\u{E004}";
    let browser = swin_t().await?;
    show_view(&browser, "Nodes").await?;
    let search = browser.wait_for("#qs-search").await?;
    search.send_keys("weight:per_channel dtype:int16 -module:features.1").await?;
    wait_for_rows(&browser, 24).await?;
    search.send_keys(" lin").await?;
    browser.wait_for_text(".qs-grid__name .qs-match", "lin").await?;
    browser.wait_for_text(".qs-grid__op .qs-match", "lin").await?;
    search.send_keys("ear ver").await?;
    browser.wait_for_text(".qs-filter__list", "verdict:").await?;
    search.send_keys(&format!("{DOWN}{ENTER}")).await?;
    search.send_keys("quan").await?;
    browser.wait_for_text(".qs-filter__list", "verdict:quantized").await?;
    search.send_keys(TAB).await?;
    let value = "return document.getElementById('qs-search').value";
    let expected = "weight:per_channel dtype:int16 -module:features.1 linear verdict:quantized ";
    wait_until(&browser, &format!("{value} === '{expected}'")).await?;
    wait_for_rows(&browser, 24).await?;

    search.send_keys("macs>x").await?;
    browser.wait_for_text(".qs-filter__error", "x is not a number").await?;
    click(&browser, ".qs-nodes__none button", "Clear filters").await?;
    wait_until(&browser, &format!("{value} === ''")).await?;
    wait_until(&browser, "return !document.querySelector('.qs-filter__error')").await?;

    // The key selects the old text, so that typing replaces it.
    search.send_keys("linear").await?;
    wait_until(&browser, &format!("{value} === 'linear'")).await?;
    search.send_keys(ENTER).await?;
    browser.wait_for(".qs-grid").await?.send_keys("/").await?;
    wait_until(&browser, "return document.activeElement?.id === 'qs-search'").await?;
    search.send_keys("roll").await?;
    wait_until(&browser, &format!("{value} === 'roll'")).await?;
    browser.close().await
}

/// Columns are chosen, sorted by, and kept in the address; empty cells come last.
#[tokio::test]
async fn columns_are_chosen() -> Result<()> {
    let browser = swin_t().await?;
    show_view(&browser, "Nodes").await?;
    let heads = "return [...document.querySelectorAll('[role=columnheader]')]
        .map((it) => it.textContent.replace(/[▲▼]/, '')).join('|')";
    let usual = "node|op|verdict|output qspec, or why not|by";
    browser.wait_for("[role=columnheader]").await?;
    anyhow::ensure!(eval(&browser, heads).await? == usual);
    for name in ["MACs", "module", "output qspec, or why not"] {
        let toggle = "
            [...document.querySelectorAll('.qs-nodes__column')]
                .find((it) => it.textContent === arguments[0]).querySelector('input').click()";
        eval_with(&browser, toggle, &[json!(name)]).await?;
    }
    browser.wait_for_text(".qs-grid__row--head", "MACs").await?;
    wait_until(&browser, "return !document.querySelector('.qs-grid__output')").await?;
    anyhow::ensure!(eval(&browser, heads).await? == "node|op|module|verdict|by|MACs");
    click(&browser, ".qs-grid__sort", "MACs").await?;
    click(&browser, ".qs-grid__sort", "MACs").await?;
    browser.wait_for_text(".qs-grid__body [aria-rowindex='2']", "linear_2").await?;
    browser.wait_for_text(".qs-grid__body [aria-rowindex='2'] .qs-grid__number", "116 M").await?;
    let address = eval(&browser, "return location.hash").await?;
    let address = address.as_str().context("an address")?;
    anyhow::ensure!(address.contains("column=macs") && address.contains("sort=-macs"), "{address}");
    let back = "location.hash = '#view=nodes&column=name&column=bits&column=no_such'; return 1";
    eval(&browser, back).await?;
    browser.wait_for_text(".qs-grid__row--head", "no_such").await?;
    browser.wait_for_text(".qs-grid__row--head", "bits").await?;
    browser.close().await
}

/// The first card leads to the nodes of each cause, and shows what the chosen lines bring together.
#[tokio::test]
async fn what_to_change() -> Result<()> {
    let browser = swin_t().await?;
    browser.wait_for_text(".qs-advice", "NO_QCONFIG excludes aten.add.Tensor").await?;
    browser.wait_for_text(".qs-advice", "coverage 88.2 → 98.9 %, 176 fewer crossings").await?;
    browser
        .wait_for_text(".qs-advice code", "quantizer.set_node_target(torch.ops.aten.add")
        .await?;
    let first = "return document.querySelector('.qs-overview .qs-card h2').textContent";
    anyhow::ensure!(eval(&browser, first).await? == "What to change", "it is not the first card");
    click(&browser, ".qs-advice__cause button", "99 nodes").await?;
    wait_for_rows(&browser, 99).await?;
    browser.close().await?;

    let browser = page_with(&[&exporter("ds_cnn.cortex_m_int16.qspect.json")]).await?;
    browser.wait_for_text(".qs-advice__together", "The 3 chosen lines together").await?;
    browser.wait_for_text(".qs-advice__together", "coverage 81.8 → 100 %").await?;
    eval(&browser, "document.querySelector('.qs-advice input').click()").await?;
    browser.wait_for_text(".qs-advice__together", "The 2 chosen lines together").await?;
    browser.wait_for_text(".qs-advice__together", "coverage 81.8 → 95.5 %").await?;
    browser.close().await
}

/// A rejected node shows why, who decides, and what to try. A line can be copied, and a neighbour
/// opened.
#[tokio::test]
async fn a_node_explains_itself() -> Result<()> {
    let browser = swin_t().await?;
    eval(&browser, "location.hash = '#view=nodes&node=reshape_9'").await?;
    browser.wait_for_text(".qs-detail h2", "reshape_9").await?;
    browser.wait_for_text(".qs-detail", "it takes the qspec of a neighbour").await?;
    browser.wait_for_text(".qs-neighbours", "is read by add_7float by config").await?;
    browser
        .wait_for_text(
            ".qs-try code",
            r#"quantizer.set_node_name("add_7", get_symmetric_quantization_config())"#,
        )
        .await?;
    // Two steps around, along the graph: it is read by add_7, which linear_2 reads.
    let around = eval(
        &browser,
        "return [...document.querySelectorAll('.qs-around code')].map((it) => it.textContent)",
    )
    .await?;
    assert_eq!(around, json!(["reshape_9", "add_7", "linear_2"]));
    // A line that is too long for the panel breaks between names, never within one.
    let is_whole = "
        const texts = document.createTreeWalker(document.querySelector('.qs-detail'), NodeFilter.SHOW_TEXT);
        let n_found = 0;
        while (texts.nextNode()) {
            const { textContent, parentElement } = texts.currentNode;
            const at = textContent.indexOf('norm2');
            if (parentElement.closest('.qs-try') && at >= 0) {
                const range = new Range();
                range.setStart(texts.currentNode, at);
                range.setEnd(texts.currentNode, at + 5);
                n_found += range.getClientRects().length;
            }
        }
        return n_found";
    assert_eq!(eval(&browser, is_whole).await?, 1);
    let is_in_sight = "
        return [...document.querySelectorAll('.qs-detail pre')]
            .every((it) => it.scrollWidth <= it.clientWidth)";
    assert_eq!(eval(&browser, is_in_sight).await?, true);
    click(&browser, ".qs-neighbours .qs-link", "add_7").await?;
    browser.wait_for_text(".qs-detail h2", "add_7").await?;
    browser.wait_for_text(".qs-detail", "kept float on purpose").await?;
    browser.close().await
}

/// An op without a pattern is described in the same words everywhere, with what it would take.
#[tokio::test]
async fn an_op_without_a_pattern_is_described() -> Result<()> {
    let browser = swin_t().await?;
    browser.wait_for_text(".qs-overview", "no quantizer matched them").await?;
    eval(&browser, "location.hash = '#view=nodes&q=roll&node=roll'").await?;
    browser.wait_for_text(".qs-detail", "no quantizer matched it: quantizer 4").await?;
    browser.wait_for_text(".qs-detail", "a quantizer with a pattern for aten.roll.default").await?;
    browser.wait_for_text(".qs-grid__output.qs-muted", "no quantizer matched it").await?;
    browser.close().await
}

/// A shared qspec stands beside the one that it resolves to.
#[tokio::test]
async fn a_shared_qspec_is_resolved() -> Result<()> {
    let browser = swin_t().await?;
    eval(&browser, "location.hash = '#view=nodes&node=dropout_2'").await?;
    browser.wait_for_text(".qs-detail h2", "dropout_2").await?;
    browser.wait_for_text(".qs-qspecs tbody tr:last-child", "output").await?;
    let output = "
        const cells = document.querySelectorAll('.qs-qspecs tbody tr:last-child td');
        return [...cells].map((it) => it.textContent)";
    let of_gelu = ["int8", "[-128, 127]", "per_tensor_affine", "HistogramObserver"];
    let resolved_from = ["input"];
    assert_eq!(eval(&browser, output).await?, json!([&of_gelu[..], &resolved_from].concat()));
    browser.wait_for_text(".qs-detail", "Share one observer").await?;
    browser.close().await
}

/// The modules as an icicle and as a table, down to the nodes, and by the keyboard alone.
#[tokio::test]
async fn modules_lead_to_their_nodes() -> Result<()> {
    let browser = swin_t().await?;
    browser.wait_for("body").await?.send_keys("3").await?;
    browser.wait_for_text(".qs-modules", "SwinTransformer").await?;
    // The widths of a level add up to no more than the whole.
    let sum = eval(
        &browser,
        "const cells = [...document.querySelectorAll('.qs-icicle__cell')];
         const sums = {};
         for (const { style } of cells) {
             sums[style.top] = (sums[style.top] ?? 0) + parseFloat(style.width);
         }
         return [cells.length > 20, Math.max(...Object.values(sums)) <= 100.1]",
    )
    .await?;
    assert_eq!(sum, json!([true, true]));
    // Each verdict has its own part of a cell's bar, and a name below.
    let colors = eval(
        &browser,
        "const [cell] = document.querySelectorAll('.qs-icicle__cell');
         const parts = cell.style.backgroundImage.matchAll(/var\\(--([a-z-]+)\\) ([0-9.]+)% ([0-9.]+)%/g);
         return [...parts].filter((it) => it[2] !== it[3]).map((it) => it[1])",
    )
    .await?;
    assert_eq!(colors, json!(["quantized", "by-config", "rejected", "unmatched", "previous"]));
    for label in ["quantized", "float by config", "rejected", "not matched"] {
        browser.wait_for_text(".qs-icicle + p", label).await?;
    }
    click(&browser, ".qs-icicle__cell", "features").await?;
    browser.wait_for_text(".qs-crumbs", "features").await?;
    assert_eq!(
        eval(&browser, "return location.hash.split(/&?file=/)[0]").await?,
        "#view=modules&module=features"
    );
    browser.client().back().await?;
    browser.wait_for_text(".qs-modules", "norm").await?;
    // The table's links take the focus, so keys are enough.
    let focus = "
        [...document.querySelectorAll('.qs-modules button')]
            .find((it) => it.textContent === arguments[0]).focus()";
    eval_with(&browser, focus, &[json!("norm")]).await?;
    browser.client().active_element().await?.send_keys("\u{E007}").await?;
    browser.wait_for_text(".qs-crumbs", "norm").await?;
    wait_until(&browser, "return document.querySelectorAll('.qs-modules tbody tr').length === 1")
        .await?;
    eval_with(&browser, focus, &[json!("3")]).await?;
    browser.client().active_element().await?.send_keys("\u{E007}").await?;
    wait_for_rows(&browser, 3).await?;
    browser.wait_for_text(".qs-within", "in norm").await?;
    browser.close().await
}

/// A log has no graph: what follows from one is shown as unknown, not as zero.
#[tokio::test]
async fn a_missing_graph_is_reported() -> Result<()> {
    let browser = page_with(&[&report("swin_t.mixed.debug.txt")?]).await?;
    browser.wait_for_text(".qs-headline", "163 of 1,350 nodes stay float").await?;
    let figures = eval(
        &browser,
        "return [...document.querySelectorAll('.qs-figure')].map((it) => it.innerText)",
    )
    .await?;
    let expected: Value = json!([
        "87.9 %\nof 1,350 listed nodes quantized",
        "?\nof MACs: unknown without a graph",
        "?\nof parameters: unknown without a graph",
        "?\nfloat islands: unknown without a graph",
        "4\nfindings",
    ]);
    assert_eq!(figures, expected);
    show_view(&browser, "Modules").await?;
    browser.wait_for_text("main", "This report has no graph").await?;
    // The verdicts are there all the same, and the reason of every rejected node.
    eval(&browser, "location.hash = '#view=nodes&node=reshape_9'").await?;
    browser.wait_for_text(".qs-detail", "it takes the qspec of a neighbour").await?;
    browser.wait_for_text(".qs-detail", "only the inputs of annotated nodes are known").await?;
    browser.close().await
}

/// Nothing quantized: the banner reports it first.
#[tokio::test]
async fn nothing_quantized_has_a_banner() -> Result<()> {
    let path = exporter("mlp_mixed.partial.qspect.json");
    let browser = page_with(&[&path]).await?;
    browser.wait_for_text(".qs-banner", "Nothing was quantized.").await?;
    browser.wait_for_text(".qs-headline", "0 of 6 compute nodes are quantized").await?;
    eval(&browser, "location.hash = '#view=nodes&node=linear'").await?;
    browser.wait_for_text(".qs-try", r#"set_node_name("linear""#).await?;
    browser.close().await
}
