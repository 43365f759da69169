//! Reports in real sites, as their generators build them from `tests/sites`.

mod reader;

use anyhow::{Result, ensure};
use serde_json::json;

use crate::reader::{Reader, within_limit};

/// A site, and how a reader gets about in it.
struct Kind {
    name: &'static str,
    /// The page with two reports.
    two: &'static str,
    /// The page without any.
    plain: &'static str,
    /// A link to `plain` on the first page.
    link: &'static str,
    /// Clicked one after the other, these make the site dark.
    dark: &'static [&'static str],
    /// Whether links replace the page's content, and do not load another page.
    is_instant: bool,
}

const SPHINX: Kind = Kind {
    name: "sphinx",
    two: "/two.html",
    plain: "/plain.html",
    link: "a[href='plain.html']",
    // From what the system has to light, then to dark.
    dark: &[".theme-toggle"],
    is_instant: false,
};

const MKDOCS: Kind = Kind {
    name: "mkdocs",
    two: "/runs/two/",
    plain: "/plain/",
    link: "a[href$='plain/']",
    dark: &["label[for='__palette_1']"],
    is_instant: true,
};

const MDBOOK: Kind = Kind {
    name: "mdbook",
    two: "/runs/two.html",
    plain: "/plain.html",
    link: "a[href='plain.html']",
    dark: &["[id$='theme-toggle']", "[id='mdbook-theme-navy'], [id='navy']"],
    is_instant: false,
};

const DOCUSAURUS: Kind = Kind {
    name: "docusaurus",
    two: "/runs/two",
    plain: "/plain",
    link: "a[href='/plain']",
    dark: &["button[class*='toggleButton']"],
    is_instant: true,
};

/// What Overview shows for the first report, and Nodes for the second.
const HEADLINE: &str = "nodes";
const SECOND: &str = "not matched";

async fn check_reports_show(kind: &Kind) -> Result<()> {
    let reader = Reader::open(kind.name, "/").await?;
    reader.wait_for_report(HEADLINE).await?;
    // The link stands there until the viewer does.
    let link = "return document.querySelector('qspect-report a').checkVisibility()";
    assert_eq!(reader.script(link).await?, json!(false));
    let height = "return document.querySelector('qspect-report').offsetHeight";
    assert_eq!(reader.script(height).await?, json!(600));
    // With a caption or without, it is as wide as the text.
    let is_wide = r#"
        const column = document.querySelector("main h1, article h1").parentElement;
        return document.querySelector("qspect-report").offsetWidth === column.offsetWidth;
    "#;
    assert_eq!(reader.script(is_wide).await?, json!(true));

    reader.go(kind.two).await?;
    reader.wait_for_report(SECOND).await?;
    let has_nodes = "return document.querySelector('qspect-report').view";
    assert_eq!(reader.script(has_nodes).await?, json!("nodes"));
    reader.close().await
}

async fn check_styles_stay_apart(kind: &Kind) -> Result<()> {
    let reader = Reader::open(kind.name, "/").await?;
    reader.wait_for_report(HEADLINE).await?;
    let styles = r#"
        const hosts = getComputedStyle(document.body);
        const root = document.querySelector("qspect-report").shadowRoot;
        // The slot is left out: what is in it is the site's, and looks as the site has it.
        const own = [...root.querySelectorAll(".qs-root, .qs-root *")];
        const spaced = own.filter((it) => getComputedStyle(it).letterSpacing === hosts.letterSpacing);
        const buttons = own.filter((it) => it.localName === "button");
        const reds = buttons.filter((it) => getComputedStyle(it).backgroundColor === "rgb(255, 0, 0)");
        return [hosts.letterSpacing, spaced.length, buttons.length > 0, reds.length,
          document.adoptedStyleSheets.length];
    "#;
    // The site is spoiled; the viewer is not, and adds no style to the site.
    assert_eq!(reader.script(styles).await?, json!(["9px", 0, true, 0, 0]));

    let with_element = reader.host_styles().await?;
    let never = r#"
        const define = customElements.define.bind(customElements);
        customElements.define = (name, ...rest) => name === "qspect-report" || define(name, ...rest);
    "#;
    let params = json!({ "source": never });
    reader.browser.devtools("Page.addScriptToEvaluateOnNewDocument", params).await?;
    reader.go("/").await?;
    reader.wait_until("return document.readyState === 'complete'").await?;
    assert_eq!(
        reader.script("return document.querySelector('qspect-report').shadowRoot").await?,
        json!(null)
    );
    let without = reader.host_styles().await?;
    ensure!(without.len() > 10, "the site has elements of its own");
    assert_eq!(with_element, without);
    reader.close().await
}

async fn check_dark_follows(kind: &Kind) -> Result<()> {
    let reader = Reader::open(kind.name, "/").await?;
    reader.wait_for_report(HEADLINE).await?;
    reader.wait_for_theme("light").await?;
    for switch in kind.dark {
        reader.click(switch).await?;
    }
    reader.wait_for_theme("dark").await?;
    reader.close().await
}

async fn check_there_and_back(kind: &Kind) -> Result<()> {
    let reader = Reader::open(kind.name, "/").await?;
    reader.wait_for_report(HEADLINE).await?;
    reader.script("window.isFirst = true").await?;
    reader.click(kind.link).await?;
    reader.wait_until("return document.querySelector('#host') !== null").await?;
    assert_eq!(reader.script("return window.isFirst === true").await?, json!(kind.is_instant));
    reader.script("history.back()").await?;
    reader.wait_for_report(HEADLINE).await?;

    // And a report on a page that is reached from one without.
    reader.go(kind.plain).await?;
    reader.wait_until("return document.querySelector('#host') !== null").await?;
    let two = format!(
        "const it = [...document.querySelectorAll('a')].find((it) => it.pathname === {}); \
         it?.click(); return it !== undefined",
        json!(kind.two)
    );
    reader.wait_until(&two).await?;
    reader.wait_for_report(SECOND).await?;
    reader.close().await
}

macro_rules! sites {
    ($($name:ident: $kind:ident,)*) => {$(
        mod $name {
            use super::*;

            #[tokio::test]
            async fn reports_show() -> Result<()> {
                within_limit(check_reports_show(&$kind)).await
            }

            #[tokio::test]
            async fn styles_stay_apart() -> Result<()> {
                within_limit(check_styles_stay_apart(&$kind)).await
            }

            #[tokio::test]
            async fn dark_follows_the_site() -> Result<()> {
                within_limit(check_dark_follows(&$kind)).await
            }

            #[tokio::test]
            async fn there_and_back() -> Result<()> {
                within_limit(check_there_and_back(&$kind)).await
            }
        }
    )*};
}

sites! {
    sphinx: SPHINX,
    mkdocs: MKDOCS,
    mdbook: MDBOOK,
    docusaurus: DOCUSAURUS,
}

/// The page's policy is `script-src 'self' 'wasm-unsafe-eval'`, and the console reports violations.
#[tokio::test]
async fn a_plain_page_has_a_strict_policy() -> Result<()> {
    within_limit(check_strict_policy()).await
}

async fn check_strict_policy() -> Result<()> {
    let reader = Reader::open("plain", "/").await?;
    reader.wait_for_report(HEADLINE).await?;
    assert_eq!(reader.browser.console_errors().await?, [""; 0]);
    // A timer runs it as the page would: what the driver runs is above the policy.
    let evil = r#"
        addEventListener("securitypolicyviolation", ({ blockedURI }) => { window.blocked = blockedURI; });
        setTimeout("window.blocked = 'nothing'");
    "#;
    reader.script(evil).await?;
    reader.wait_until("return window.blocked === 'eval'").await?;
    // The console reports it.
    ensure!(!reader.browser.console_errors().await?.is_empty(), "the policy says nothing");
    reader.close().await
}

/// A notebook's frame has no address of its own, and still opens at the requested view.
#[tokio::test]
async fn a_notebook_shows_its_view() -> Result<()> {
    within_limit(check_notebook()).await
}

async fn check_notebook() -> Result<()> {
    let reader = Reader::open("notebook", "/").await?;
    reader
        .wait_until(
            "return document.querySelector('iframe').contentDocument\
             .querySelector('.qs-grid')?.innerText.includes('linear') ?? false",
        )
        .await?;
    let height = "return document.querySelector('iframe').clientHeight";
    assert_eq!(reader.script(height).await?, json!(600));
    reader.close().await
}
