//! The element in somebody else's page: what it shows, what it hears, and what it reports.

use anyhow::Result;
use fantoccini::key::Key;
use serde_json::{Value, json};

use crate::element_page::{host, open};
use crate::page::{eval, eval_with, wait_until};

const LINK: &str = r#"<a href="/ds_cnn.json">the report</a>"#;

#[tokio::test]
async fn a_report_takes_the_place_of_the_children() -> Result<()> {
    let (browser, server) = host(&format!(
        r#"<qspect-report id="a" src="ds_cnn.json" view="nodes">{LINK}</qspect-report>"#
    ))
    .await?;
    wait_until(&browser, "return isShown('a')").await?;
    assert_eq!(eval(&browser, "return viewOf('a')").await?, "Nodes");
    assert_eq!(eval(&browser, "return childShows('a')").await?, false);
    assert_eq!(
        eval(&browser, "return told").await?,
        json!([{ "kind": "ready", "id": "a", "detail": [
            { "file": "ds_cnn.json", "title": "QUANTIZATION REPORT", "model": "ds_cnn" }
        ] }])
    );
    assert_eq!(server.n_requests("/ds_cnn.json"), 1);
    assert_eq!(browser.console_errors().await?, [""; 0]);
    // Keys are not named where they work only inside.
    let hint = "return [...find('a', '.qs-tabs').querySelectorAll('kbd')].some((it) => it.checkVisibility())";
    assert_eq!(eval(&browser, hint).await?, false);
    browser.close().await
}

#[tokio::test]
async fn several_reports_have_a_switcher_and_names() -> Result<()> {
    let (browser, _server) = host(
        r#"<qspect-report id="a" src="ds_cnn.json mlp.json
            mobilenet.json.gz" report="mlp_mixed"></qspect-report>
        <qspect-report id="b" src="ds_cnn.json mlp.json" report="2"></qspect-report>"#,
    )
    .await?;
    wait_until(&browser, "return kinds('a') === 'ready' && kinds('b') === 'ready'").await?;
    wait_until(&browser, "return chipOf('a') === 'mlp.json'").await?;
    assert_eq!(eval(&browser, "return chipOf('b')").await?, "mlp.json");
    assert_eq!(
        eval(&browser, "return [...element('a').shadowRoot.querySelectorAll('.qs-chip')].map((it) => it.textContent)")
            .await?,
        json!(["ds_cnn.json", "mlp.json", "mobilenet.json.gz"])
    );
    for (report, chip) in [
        ("mobilenet_v2", "mobilenet.json.gz"),
        ("1", "ds_cnn.json"),
        ("mlp_mixed", "mlp.json"),
        ("no_such_model", "ds_cnn.json"),
    ] {
        let script = "element('a').setAttribute('report', arguments[0])";
        eval_with(&browser, script, &[json!(report)]).await?;
        wait_until(&browser, &format!("return chipOf('a') === '{chip}'")).await?;
    }
    assert_eq!(eval(&browser, "return kinds('a')").await?, "ready", "the page selected these");
    eval(&browser, "find('a', '.qs-chip:nth-child(2)').click()").await?;
    wait_until(&browser, "return kinds('a') === 'ready select'").await?;
    assert_eq!(eval(&browser, "return chipOf('a')").await?, "mlp.json");
    browser.close().await
}

#[tokio::test]
async fn attributes_are_live() -> Result<()> {
    let (browser, server) =
        host(r#"<qspect-report id="a" src="ds_cnn.json"></qspect-report>"#).await?;
    wait_until(&browser, "return isShown('a')").await?;
    for (name, title) in [("text", "Text"), ("modules", "Modules"), ("nowhere", "Overview")] {
        eval_with(&browser, "element('a').view = arguments[0]", &[json!(name)]).await?;
        wait_until(&browser, &format!("return viewOf('a') === '{title}'")).await?;
    }
    eval(&browser, "element('a').setAttribute('view', 'nodes')").await?;
    wait_until(&browser, "return viewOf('a') === 'Nodes'").await?;
    assert_eq!(eval(&browser, "return element('a').view").await?, "nodes");
    eval(&browser, "told.length = 0; element('a').setAttribute('src', 'mlp.json')").await?;
    wait_until(&browser, "return kinds('a') === 'ready' && isShown('a')").await?;
    assert_eq!(eval(&browser, "return told[0].detail[0].model").await?, "mlp_mixed");
    assert_eq!(eval(&browser, "return viewOf('a')").await?, "Nodes");
    assert_eq!(server.n_requests("/ds_cnn.json"), 1);

    let height =
        "element('a').setAttribute('height', arguments[0]); return element('a').offsetHeight";
    for (value, expected) in
        [("300", 300), ("412.0", 412), ("320px", 320), ("50vh", 450), ("calc(10em + 40px)", 200)]
    {
        assert_eq!(eval_with(&browser, height, &[json!(value)]).await?, expected, "{value}");
        let inside = eval(&browser, "return find('a', '.qs-root').offsetHeight").await?;
        assert_eq!(inside, expected, "{value}");
    }
    // A value that is not a height, or that depends on the content, gives the height without the
    // attribute.
    for value in ["tall", "auto", "100%", ""] {
        assert_eq!(eval_with(&browser, height, &[json!(value)]).await?, 480, "{value}");
        assert_eq!(eval(&browser, "return find('a', '.qs-root').offsetHeight").await?, 480);
    }
    browser.close().await
}

#[tokio::test]
async fn json_inside_is_a_report() -> Result<()> {
    let json = std::fs::read_to_string(crate::page::exporter("mlp_mixed.mixed.qspect.json"))?;
    let (browser, _server) = host(&format!(
        r#"<qspect-report id="a">{LINK}<script type="application/json">{json}</script></qspect-report>
        <qspect-report id="b">{LINK}<script type="application/json">{{"quantizers": [3]}}</script></qspect-report>
        <qspect-report id="c">{LINK}</qspect-report>"#
    ))
    .await?;
    wait_until(&browser, "return isShown('a') && kinds('b') !== '' && kinds('c') !== ''").await?;
    assert_eq!(
        eval(&browser, "return told.find((it) => it.id === 'a').detail[0].model").await?,
        "mlp_mixed"
    );
    for id in ["b", "c"] {
        assert_eq!(eval_with(&browser, "return kinds(arguments[0])", &[json!(id)]).await?, "error");
        assert_eq!(
            eval_with(&browser, "return childShows(arguments[0])", &[json!(id)]).await?,
            true
        );
    }
    let message = eval(&browser, "return told.find((it) => it.id === 'b').detail.message").await?;
    assert!(message.as_str().is_some_and(|it| it.contains("no `format`")), "{message}");
    let message = eval(&browser, "return told.find((it) => it.id === 'c').detail.message").await?;
    assert!(message.as_str().is_some_and(|it| it.contains("there is no report")), "{message}");
    browser.close().await
}

#[tokio::test]
async fn files_that_cannot_be_read_are_reported() -> Result<()> {
    let (browser, _server) = host(&format!(
        r#"<qspect-report id="a" src="gone.json">{LINK}</qspect-report>
        <qspect-report id="b" src="bad.json">{LINK}</qspect-report>
        <qspect-report id="c" src="gone.json ds_cnn.json">{LINK}</qspect-report>"#
    ))
    .await?;
    wait_until(&browser, "return kinds('a') !== '' && kinds('b') !== '' && isShown('c')").await?;
    assert_eq!(eval(&browser, "return kinds('a') + kinds('b')").await?, "errorerror");
    assert_eq!(eval(&browser, "return kinds('c')").await?, "error ready");
    for id in ["a", "b"] {
        let script =
            "return childShows(arguments[0]) && find(arguments[0], '.qs-alert').checkVisibility()";
        assert_eq!(eval_with(&browser, script, &[json!(id)]).await?, true, "{id}");
    }
    assert_eq!(eval(&browser, "return childShows('c')").await?, false);
    let gone = eval(&browser, "return told.find((it) => it.id === 'a').detail").await?;
    assert_eq!(gone["file"], "gone.json");
    assert!(gone["message"].as_str().is_some_and(|it| it.contains("404")), "{gone}");
    // With a readable file it shows the report.
    eval(&browser, "element('a').setAttribute('src', 'ds_cnn.json')").await?;
    wait_until(&browser, "return isShown('a') && !childShows('a')").await?;
    browser.close().await
}

#[tokio::test]
async fn properties_work_whenever_they_are_set() -> Result<()> {
    let (browser, _server) =
        open("", r#"<qspect-report id="a" src="ds_cnn.json"></qspect-report>"#).await?;
    // Before the element is defined.
    let script = "
        fetch('mlp.json').then((it) => it.json()).then((report) => {
            globalThis.report = report;
            element('a').reports = [report, JSON.stringify(report)];
            element('a').view = 'nodes';
            import('/qspect.js');
        })";
    eval(&browser, script).await?;
    wait_until(&browser, "return isShown('a')").await?;
    assert_eq!(eval(&browser, "return viewOf('a')").await?, "Nodes");
    assert_eq!(
        eval(&browser, "return told[0].detail.map((it) => it.model)").await?,
        json!(["mlp_mixed", "mlp_mixed"])
    );
    // Before it is attached.
    let script = "
        const b = document.createElement('qspect-report');
        b.id = 'b';
        b.reports = report;
        b.view = 'text';
        document.body.prepend(b)";
    eval(&browser, script).await?;
    wait_until(&browser, "return isShown('b')").await?;
    assert_eq!(eval(&browser, "return viewOf('b')").await?, "Text");
    assert_eq!(eval(&browser, "return element('b').reports.length").await?, 1);
    // After: other reports, and none, for which `src` steps in.
    eval(&browser, "told.length = 0; element('b').reports = [report, report]").await?;
    wait_until(&browser, "return told[0]?.detail.length === 2").await?;
    eval(&browser, "told.length = 0; element('a').reports = null").await?;
    wait_until(&browser, "return told[0]?.detail[0].model === 'ds_cnn'").await?;
    browser.close().await
}

#[tokio::test]
async fn styles_leak_neither_in_nor_out() -> Result<()> {
    let (browser, _server) = host(
        r#"<style>
            * { letter-spacing: 9px; --bg: lime; --ink: lime; text-transform: uppercase; direction: rtl }
            button, div { background: red !important; color: lime !important }
            :root { --bg: lime; font-size: 40px; line-height: 3 }
            [role=tabpanel] { display: none }
        </style>
        <p class="qs-muted" id="p">text</p><button id="own" class="qs-tab">own</button>
        <qspect-report id="a" theme="light" src="ds_cnn.json"></qspect-report>"#,
    )
    .await?;
    wait_until(&browser, "return isShown('a')").await?;
    let inside = "
        const it = getComputedStyle(find('a', arguments[0]));
        return arguments[1].map((name) => it[name])";
    let root = eval_with(
        &browser,
        inside,
        &[
            json!(".qs-root"),
            json!([
                "letterSpacing",
                "textTransform",
                "direction",
                "fontSize",
                "backgroundColor",
                "color"
            ]),
        ],
    )
    .await?;
    assert_eq!(
        root,
        json!(["normal", "none", "ltr", "14px", "rgb(255, 255, 255)", "rgb(26, 32, 39)"])
    );
    let tab = eval_with(
        &browser,
        inside,
        &[
            json!("[role=tab][aria-selected=false]"),
            json!(["backgroundColor", "color", "letterSpacing"]),
        ],
    )
    .await?;
    assert_eq!(tab, json!(["rgba(0, 0, 0, 0)", "rgb(88, 100, 112)", "normal"]));
    // The page's own parts keep its own style, though they have our names.
    let outside = "
        return [getComputedStyle(element('p')).color === getComputedStyle(document.body).color,
            getComputedStyle(element('own')).backgroundColor, document.adoptedStyleSheets.length]";
    assert_eq!(eval(&browser, outside).await?, json!([true, "rgb(255, 0, 0)", 0]));
    // Hidden by the page is hidden, and what the page lets no pointer reach is out of reach.
    eval(&browser, "document.body.style.cssText = 'visibility: hidden; pointer-events: none'")
        .await?;
    let hidden =
        eval_with(&browser, inside, &[json!("[role=tab]"), json!(["visibility", "pointerEvents"])])
            .await?;
    assert_eq!(hidden, json!(["hidden", "none"]));
    browser.close().await
}

#[tokio::test]
async fn the_theme_follows_the_page() -> Result<()> {
    let (browser, _server) = host(
        r#"<style>.dark { background: #111 } section { transition: background 50ms }</style>
        <section id="around"><qspect-report id="a" src="ds_cnn.json"></qspect-report></section>
        <qspect-report id="fixed" theme="dark" src="ds_cnn.json"></qspect-report>"#,
    )
    .await?;
    wait_until(&browser, "return isShown('a') && isShown('fixed')").await?;
    let dark = "rgb(17, 21, 26)";
    let light = "rgb(255, 255, 255)";
    let is = |id: &str, color: &str| {
        format!("return getComputedStyle(find('{id}', '.qs-root')).backgroundColor === '{color}'")
    };
    wait_until(&browser, &is("a", light)).await?;
    wait_until(&browser, &is("fixed", dark)).await?;
    for (script, color) in [
        ("document.body.style.background = '#000'", dark),
        ("document.body.style.background = 'oklch(.95 0 0)'", light),
        ("document.body.style.background = ''", light),
        ("document.documentElement.style.colorScheme = 'dark'", dark),
        ("document.documentElement.style.colorScheme = ''", light),
        ("element('around').className = 'dark'", dark),
        ("element('around').className = ''", light),
        (
            "document.head.append(Object.assign(document.createElement('meta'), { name: 'color-scheme', content: 'dark' }))",
            dark,
        ),
        ("document.querySelector('meta[name=color-scheme]').content = 'light dark'", light),
        (
            "document.head.append(Object.assign(document.createElement('style'), { id: 's', textContent: 'body { background: #222 }' }))",
            dark,
        ),
        ("element('s').remove()", light),
        ("element('a').setAttribute('theme', 'dark')", dark),
        ("element('a').setAttribute('theme', 'auto')", light),
    ] {
        eval(&browser, script).await?;
        wait_until(&browser, &is("a", color)).await.map_err(|it| it.context(script))?;
        assert_eq!(eval(&browser, &is("fixed", dark)).await?, true, "{script}");
    }
    let scheme = json!({ "features": [{ "name": "prefers-color-scheme", "value": "dark" }] });
    browser.devtools("Emulation.setEmulatedMedia", scheme).await?;
    wait_until(&browser, &is("a", dark)).await?;
    eval(&browser, "element('a').setAttribute('theme', 'light')").await?;
    wait_until(&browser, &is("a", light)).await?;
    browser.close().await
}

#[tokio::test]
async fn keys_are_the_elements_only_inside() -> Result<()> {
    let (browser, _server) = host(
        r#"<input id="q"><button id="out">out</button>
        <qspect-report id="a" src="ds_cnn.json"></qspect-report>
        <script>
            globalThis.keys = [];
            addEventListener("keydown", ({ key }) => {
                keys.push(key);
                if (key === "/") element("q").focus();
            });
        </script>"#,
    )
    .await?;
    wait_until(&browser, "return isShown('a')").await?;
    let press = async |keys: &str| -> Result<()> {
        let focused = browser.client().active_element().await?;
        Ok(focused.send_keys(keys).await?)
    };
    eval(&browser, "element('out').focus()").await?;
    press("2j6").await?;
    press("/").await?;
    assert_eq!(eval(&browser, "return keys").await?, json!(["2", "j", "6", "/"]));
    assert_eq!(eval(&browser, "return document.activeElement.id").await?, "q");
    assert_eq!(eval(&browser, "return viewOf('a')").await?, "Overview");
    // Inside they are the element's, and the page does not hear them too.
    eval(&browser, "keys.length = 0; find('a', '[role=tab]').focus()").await?;
    let inside = async |keys: &str| -> Result<()> {
        let actions = fantoccini::actions::KeyActions::new("keys".to_owned());
        let actions = keys.chars().fold(actions, |it, key| {
            use fantoccini::actions::{InputSource, KeyAction};
            it.then(KeyAction::Down { value: key }).then(KeyAction::Up { value: key })
        });
        Ok(browser.client().perform_actions(actions).await?)
    };
    inside("2").await?;
    wait_until(&browser, "return viewOf('a') === 'Nodes'").await?;
    wait_until(&browser, "return find('a', '.qs-grid__row[id]') !== null").await?;
    inside("j").await?;
    wait_until(
        &browser,
        "return element('a').shadowRoot.activeElement?.className.includes('qs-grid')",
    )
    .await?;
    inside("/").await?;
    wait_until(&browser, "return element('a').shadowRoot.activeElement?.id === 'qs-search'")
        .await?;
    inside("conv/").await?;
    wait_until(&browser, "return find('a', '#qs-search').value === 'conv/'").await?;
    assert_eq!(eval(&browser, "return keys").await?, json!([]));
    // What the element has no use for is the page's.
    inside(&String::from(char::from(Key::Tab))).await?;
    assert_eq!(eval(&browser, "return keys").await?, json!(["Tab"]));
    browser.close().await
}

#[tokio::test]
async fn selecting_sends_an_event() -> Result<()> {
    let (browser, _server) =
        host(r#"<qspect-report id="a" src="ds_cnn.json mlp.json"></qspect-report>"#).await?;
    wait_until(&browser, "return isShown('a')").await?;
    eval(&browser, "told.length = 0; element('a').setAttribute('report', 'mlp_mixed'); element('a').view = 'nodes'")
        .await?;
    wait_until(
        &browser,
        "return find('a', '.qs-grid__row[id]') !== null && chipOf('a') === 'mlp.json'",
    )
    .await?;
    assert_eq!(eval(&browser, "return told").await?, json!([]));
    let row =
        "const row = find('a', '#qs-row-1'); row.click(); return row.innerText.split('\\n')[0]";
    let name: Value = eval(&browser, row).await?;
    wait_until(&browser, "return find('a', '.qs-detail') !== null").await?;
    assert_eq!(
        eval(&browser, "return told").await?,
        json!([{ "kind": "select", "id": "a", "detail": { "report": 2, "view": "nodes", "node": name } }])
    );
    // A search selects nothing.
    let search = "
        const it = find('a', '#qs-search');
        it.value = 'linear';
        it.dispatchEvent(new Event('input', { bubbles: true }))";
    eval(&browser, search).await?;
    wait_until(&browser, "return text('a').includes(' of ')").await?;
    assert_eq!(eval(&browser, "return told.length").await?, 1);
    browser.close().await
}

/// Where the width depends on the content there is still one to read in, and never more than there is.
#[tokio::test]
async fn it_has_a_width_everywhere() -> Result<()> {
    let styles = [
        "display: flex",
        "display: grid",
        "float: left",
        "display: inline-block",
        "position: absolute",
        "display: flex; flex-direction: column; align-items: center",
    ];
    let boxes: String = styles
        .iter()
        .enumerate()
        .map(|(at, style)| format!(r#"<div style="{style}"><qspect-report id="e{at}" src="ds_cnn.json" height="150"></qspect-report></div>"#))
        .collect();
    let (browser, _server) = host(&format!(
        r#"{boxes}<table><tr><td><qspect-report id="e6" src="ds_cnn.json" height="150"></qspect-report></table>
        <div style="width: 250px"><qspect-report id="e7" src="ds_cnn.json" height="150"></qspect-report></div>"#
    ))
    .await?;
    for at in 0..=7 {
        let id = format!("e{at}");
        eval_with(&browser, "element(arguments[0]).scrollIntoView()", &[json!(id)]).await?;
        wait_until(&browser, &format!("return isShown('{id}')")).await?;
        let width =
            eval_with(&browser, "return element(arguments[0]).offsetWidth", &[json!(id)]).await?;
        let expected = if at == 7 { 250..=250 } else { 320..=1280 };
        assert!(width.as_u64().is_some_and(|it| expected.contains(&it)), "{id}: {width}");
    }
    browser.close().await
}

/// Attributes are properties; what is set last counts.
#[tokio::test]
async fn properties_are_attributes() -> Result<()> {
    let (browser, _server) = host(r#"<qspect-report id="a"></qspect-report>"#).await?;
    eval(
        &browser,
        "element('a').height = 300; element('a').theme = 'dark'; element('a').src = 'ds_cnn.json'",
    )
    .await?;
    wait_until(&browser, "return isShown('a')").await?;
    assert_eq!(
        eval(&browser, "const it = element('a'); return [it.offsetHeight, it.height, it.theme, it.src, it.report]").await?,
        json!([300, "300", "dark", "ds_cnn.json", ""])
    );
    let model = async |script: &str| -> Result<Value> {
        eval(&browser, &format!("told.length = 0; {script}")).await?;
        wait_until(&browser, "return kinds('a') === 'ready'").await?;
        eval(&browser, "return told[0].detail[0].model").await
    };
    let before = model("element('a').src = 'mlp.json'").await?;
    let json = std::fs::read_to_string(crate::page::exporter("ds_cnn.cortex_m.qspect.json"))?;
    let inline = model(&format!("element('a').reports = {}", json!(json))).await?;
    assert_ne!(inline, before);
    assert_eq!(model("element('a').src = 'mlp.json'").await?, before);
    assert_eq!(model(&format!("element('a').reports = {}", json!(json))).await?, inline);
    assert_eq!(model("element('a').reports = []").await?, before);
    browser.close().await
}

/// What Esc closes here it does not close around here.
#[tokio::test]
async fn esc_closes_one_thing_at_a_time() -> Result<()> {
    let (browser, _server) = host(
        r#"<dialog><qspect-report id="a" src="ds_cnn.json" view="nodes"></qspect-report></dialog>"#,
    )
    .await?;
    eval(&browser, "document.querySelector('dialog').showModal()").await?;
    wait_until(&browser, "return isShown('a') && find('a', '#qs-row-2') !== null").await?;
    eval(&browser, "find('a', '#qs-row-2').click(); find('a', '.qs-grid').focus()").await?;
    wait_until(&browser, "return find('a', '.qs-detail') !== null").await?;
    let is_open = "return document.querySelector('dialog').open";
    let escape = || async {
        let key = json!({ "type": "rawKeyDown", "key": "Escape", "code": "Escape", "windowsVirtualKeyCode": 27 });
        browser.devtools("Input.dispatchKeyEvent", key).await
    };
    escape().await?;
    wait_until(&browser, "return find('a', '.qs-detail') === null").await?;
    assert_eq!(eval(&browser, is_open).await?, true);
    escape().await?;
    wait_until(&browser, &format!("return !({})", is_open.trim_start_matches("return "))).await?;
    browser.close().await
}
